/** Signs, drawn with one stroke width in the colour of the text beside them. */
const PATHS = {
  tick: 'M4 12.5 9.5 18 20 6.5',
  cross: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  info: 'M12 10.5v8M12 5.2v.6',
  question: 'M8.2 8.6a3.9 3.9 0 1 1 5.6 3.5c-1.2.6-1.8 1.3-1.8 2.7M12 18.6v.6',
  back: 'M15 4.5 7 12l8 7.5',
  next: 'M9 4.5l8 7.5-8 7.5',
  home: 'M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10M10 20v-5.5h4V20',
  card: 'M3 6h18v12H3zM6 9.500h5v5H6zM14 10h4M14 14h4',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  scanner: 'M4 8V5.5h3M17 5.5h3V8M20 16v2.500h-3M7 18.500H4V16M4 12h16',
  cloudUp:
    'M7 18.500a4 4 0 0 1-.5-8 5.500 5.500 0 0 1 10.700.600 3.700 3.700 0 0 1 .300 7.400M12 20v-7.500M9.200 15l2.800-2.800 2.800 2.800',
  warning: 'M12 4 2.800 20h18.400zM12 10v5M12 17.300v.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  backspace: 'M8.500 5.500H21v13H8.500L3 12zM11.500 9.500l5 5M16.500 9.500l-5 5',
  basket: 'M3 10h18l-2 10H5zM8 10l3-6M16 10l-3-6M9.500 13.500v3.500M14.500 13.500v3.500',
  book: 'M5 4h12.500a1.500 1.500 0 0 1 1.500 1.500V20H6.500A1.500 1.500 0 0 1 5 18.500zM9 9h6M9 13h6',
  calendar: 'M4 6h16v14H4zM4 10.500h16M8 3.500v4M16 3.500v4',
  clock: 'M12 3.500a8.500 8.500 0 1 0 .01 0M12 7.500V12l3.500 2',
  people:
    'M9 11.500a3.500 3.500 0 1 0-.01 0M2.500 20c0-4 2.800-6 6.500-6s6.500 2 6.500 6M16 11a3 3 0 1 0-1.200-5.700M17 14.200c2.800.4 4.500 2.400 4.500 5.300',
  place: 'M12 21s7-6.300 7-11.500a7 7 0 0 0-14 0C5 14.700 12 21 12 21zM12 12a2.500 2.500 0 1 0-.01 0',
  bolt: 'M13.500 3 5 13.500h6L10 21l8.500-10.500h-6z',
  box: 'M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9',
  stick: 'M8 10.500h8V20H8zM9.500 10.500V4h5v6.500M11 6.500v1M13 6.500v1',
  printer: 'M7 8.500V3.500h10v5M7 17H4V8.500h16V17h-3M7 14h10v6.500H7z',
  heart: 'M12 20S4 15 4 9.200A4.200 4.200 0 0 1 12 7.300a4.200 4.200 0 0 1 8 1.900C20 15 12 20 12 20z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
