/** Something that has to be answered before anything else, over whatever screen is shown. */
import { useEffect, useRef, type ReactNode } from 'react';

export interface OverlayProps {
  readonly name: string;
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** The browser's own modal dialog: it keeps the focus inside and the screen behind out of reach. */
export function Overlay({ name, title, children, onClose }: OverlayProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`overlay overlay-${name}`}
      aria-labelledby={`overlay-${name}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h1 id={`overlay-${name}`}>{title}</h1>
      {children}
    </dialog>
  );
}
