/**
 * Sounds made at run time by Web Audio: nothing to load, nothing that can be missing. Each outcome differs in
 * rhythm and direction, not only in pitch, so that it is told apart in a noisy hall and by ears that have lost
 * the high tones (all tones lie between 300 and 1100 Hz).
 */
export type SoundName = 'success' | 'refusal' | 'repeat' | 'tap';

interface Tone {
  readonly hz: number;
  readonly atMs: number;
  readonly forMs: number;
  readonly wave: OscillatorType;
  readonly loudness: number;
}

const SOUNDS: Readonly<Record<SoundName, readonly Tone[]>> = {
  // Three tones that climb.
  success: [
    { hz: 523, atMs: 0, forMs: 110, wave: 'triangle', loudness: 0.5 },
    { hz: 659, atMs: 95, forMs: 110, wave: 'triangle', loudness: 0.5 },
    { hz: 1047, atMs: 190, forMs: 320, wave: 'triangle', loudness: 0.5 },
  ],
  // Two long low tones that fall.
  refusal: [
    { hz: 392, atMs: 0, forMs: 220, wave: 'square', loudness: 0.2 },
    { hz: 311, atMs: 240, forMs: 360, wave: 'square', loudness: 0.2 },
  ],
  // One tone struck twice, quickly, at the same height.
  repeat: [
    { hz: 740, atMs: 0, forMs: 60, wave: 'sine', loudness: 0.45 },
    { hz: 740, atMs: 110, forMs: 60, wave: 'sine', loudness: 0.45 },
  ],
  tap: [{ hz: 880, atMs: 0, forMs: 25, wave: 'sine', loudness: 0.12 }],
};

const ATTACK_S = 0.006;
let context: AudioContext | null = null;

/** Plays a sound at once. Where there is no audio device nothing happens: every outcome is also shown. */
export function play(name: SoundName): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    for (const tone of SOUNDS[name]) playTone(context, tone);
  } catch {
    // A machine without sound must not lose the scan that the sound was to confirm.
    context = null;
  }
}

function playTone(audio: AudioContext, tone: Tone): void {
  const start = audio.currentTime + tone.atMs / 1000;
  const end = start + tone.forMs / 1000;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = tone.wave;
  oscillator.frequency.value = tone.hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(tone.loudness, start + ATTACK_S);
  gain.gain.exponentialRampToValueAtTime(0.001, end);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(end);
}
