/** The one button: a large target that answers a touch at once, by look and by sound. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { play } from '../sound/sounds.ts';
import { Icon, type IconName } from './Icon.tsx';

export interface PressProps {
  /** main: the one action that is meant now. plain: others. quiet: navigation. */
  readonly look?: 'main' | 'plain' | 'quiet' | 'choice';
  readonly icon?: IconName;
  readonly label?: string;
  readonly disabled?: boolean;
  /** For a choice out of several: whether it is the chosen one. */
  readonly chosen?: boolean;
  readonly className?: string;
  readonly onPress: () => void;
  readonly children?: ReactNode;
}

export function Press({
  look = 'plain',
  icon,
  label,
  disabled = false,
  chosen,
  className = '',
  onPress,
  children,
}: PressProps) {
  return (
    <Button
      className={`press press-${look} ${className}`}
      isDisabled={disabled}
      excludeFromTabOrder={false}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(chosen === undefined ? {} : { 'aria-pressed': chosen, 'data-chosen': chosen })}
      onPress={() => {
        play('tap');
        onPress();
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {chosen === true ? <Icon name="tick" /> : null}
      {children}
    </Button>
  );
}
