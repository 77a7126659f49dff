/** A number that is changed by large plus and minus keys. */
import { Press } from './Press.tsx';

export interface StepperProps {
  /** As shown, with its unit. */
  readonly value: string;
  readonly lessLabel: string;
  readonly moreLabel: string;
  readonly canLess?: boolean;
  readonly canMore?: boolean;
  readonly onLess: () => void;
  readonly onMore: () => void;
}

export function Stepper(props: StepperProps) {
  const { value, lessLabel, moreLabel, canLess = true, canMore = true, onLess, onMore } = props;
  return (
    <div className="stepper">
      <Press icon="minus" label={lessLabel} disabled={!canLess} onPress={onLess} />
      <span className="stepper-value figure" aria-live="polite">
        {value}
      </span>
      <Press icon="plus" label={moreLabel} disabled={!canMore} onPress={onMore} />
    </div>
  );
}
