/** The way to the keeper's desk, and the only way out of rapid mode. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import type { AfterPin } from '../../app/state.ts';
import { Frame } from '../../components/Frame.tsx';
import { PinPad } from '../../components/PinPad.tsx';

export function PinScreen({ next }: { readonly next: AfterPin }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  return (
    <Frame name="pin" title={t('desk.title')}>
      <PinPad
        title={t(next === 'END_RAPID' ? 'pin.endRapid' : 'pin.title')}
        onPin={(pin) => void controller.keeper.unlock(pin)}
      />
    </Frame>
  );
}
