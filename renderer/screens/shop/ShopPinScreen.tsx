/** The keeper's confirmation of an exchange, by PIN, with the name and the points in sight. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { basketPoints } from '../../app/state.ts';
import { Frame } from '../../components/Frame.tsx';
import { PinPad } from '../../components/PinPad.tsx';

export function ShopPinScreen({ requestId }: { readonly requestId: string }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { person, basket } = state.visit;
  return (
    <Frame name="pin" title={t('shop.title')}>
      <PinPad
        title={t('shop.pinTitle')}
        why={t('shop.pinWhy', { name: person?.name ?? '', points: basketPoints(basket) })}
        onPin={(pin) => void controller.visit.redeem(requestId, pin)}
      />
    </Frame>
  );
}
