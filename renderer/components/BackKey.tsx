/** The way back out of a page within a screen. The key at the top, which is always there, then does the same. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Press } from './Press.tsx';

export function BackKey({ onPress }: { readonly onPress: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  // The newest closure, so that the page need not keep one and the same.
  const close = useRef(onPress);
  useEffect(() => {
    close.current = onPress;
  });
  useEffect(() => controller.backLeadsTo(() => close.current()), [controller]);
  return (
    <Press icon="back" onPress={onPress}>
      {t('common.back')}
    </Press>
  );
}
