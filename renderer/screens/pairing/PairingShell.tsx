/** The frame of what is shown until a machine is brought in. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BareFrame } from '../../components/BareFrame.tsx';

export function PairingShell({
  onBack,
  children,
}: {
  readonly onBack?: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <BareFrame name="pairing" title={t('pairing.title')} {...(onBack === undefined ? {} : { onBack })}>
      {children}
    </BareFrame>
  );
}
