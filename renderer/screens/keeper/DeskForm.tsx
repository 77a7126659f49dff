/** What the desk's forms have in common: a request id made when the form opens, its problem, and two keys. */
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import type { DeskProblem } from '../../app/keeperActions.ts';
import { Icon } from '../../components/Icon.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { deskProblemText } from './deskText.ts';

export interface DeskFormProps {
  readonly title: string;
  readonly confirm: string;
  readonly ready?: boolean;
  readonly children: ReactNode;
  /** Sends the form under this id, which stays the same for every try of it. */
  readonly onConfirm: (requestId: string) => Promise<DeskProblem | null>;
  /** Back, without having recorded anything. */
  readonly onClose: () => void;
  /** After it was recorded; as `onClose` unless told. */
  readonly onSaved?: () => void;
}

export function DeskForm(props: DeskFormProps) {
  const { title, confirm, ready = true, children, onConfirm, onClose, onSaved = onClose } = props;
  const { t } = useTranslation();
  const { state, store } = useApp();
  // What the form before recorded is told until the next one opens.
  useEffect(() => store.send({ type: 'SAVED', what: null }), [store]);
  const [requestId] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<DeskProblem | null>(null);
  async function send(): Promise<void> {
    const answer = await onConfirm(requestId);
    if (answer === null) onSaved();
    else setProblem(answer);
  }
  return (
    <div className="desk-form">
      <h2>{title}</h2>
      <div className="desk-form-fields">{children}</div>
      <p className="problem" role="alert">
        {problem === null ? null : (
          <span className="problem-text">
            <Icon name="warning" />
            {deskProblemText(t, problem)}
          </span>
        )}
      </p>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        <Press look="main" disabled={state.pending || !ready} onPress={() => void send()}>
          {confirm}
        </Press>
      </div>
    </div>
  );
}

/** One of a few, by a touch. */
export function Choices<T extends string | number>(props: {
  readonly title: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly chosen: T | null;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <div className="choices" role="group" aria-label={props.title}>
      <p className="soft">{props.title}</p>
      <div className="choices-keys">
        {props.options.map(({ value, text }) => (
          <Press
            key={value}
            look="choice"
            chosen={value === props.chosen}
            onPress={() => props.onChoose(value)}
          >
            {text}
          </Press>
        ))}
      </div>
    </div>
  );
}
