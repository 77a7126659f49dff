/** Shows the screen that the state names, and what may lie over it. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Overlay } from '../components/Overlay.tsx';
import { Press } from '../components/Press.tsx';
import { DeskScreen } from '../screens/keeper/DeskScreen.tsx';
import { PinScreen } from '../screens/keeper/PinScreen.tsx';
import { HomeScreen } from '../screens/home/HomeScreen.tsx';
import { PairingScreen } from '../screens/pairing/PairingScreen.tsx';
import { PairingStickScreen } from '../screens/pairing/PairingStickScreen.tsx';
import { RapidScreen } from '../screens/rapid/RapidScreen.tsx';
import { RestoringScreen } from '../screens/backup/RestoringScreen.tsx';
import { AccountScreen } from '../screens/record/AccountScreen.tsx';
import { PoolingScreen } from '../screens/record/PoolingScreen.tsx';
import { RecordScreen } from '../screens/record/RecordScreen.tsx';
import { ConfirmScreen } from '../screens/shop/ConfirmScreen.tsx';
import { ShopPinScreen } from '../screens/shop/ShopPinScreen.tsx';
import { ShopResultScreen } from '../screens/shop/ShopResultScreen.tsx';
import { ShopScreen } from '../screens/shop/ShopScreen.tsx';
import { ArrangingScreen } from '../screens/trouble/ArrangingScreen.tsx';
import { TroubleScreen } from '../screens/trouble/TroubleScreen.tsx';
import { BackupsScreen } from '../screens/backup/BackupsScreen.tsx';
import { AlreadyOpen } from '../components/AlreadyOpen.tsx';
import { StickOverlay } from '../screens/stick/StickOverlay.tsx';
import { ByHandScreen } from '../screens/sign/ByHandScreen.tsx';
import { SignResultScreen } from '../screens/sign/SignResultScreen.tsx';
import { changeLanguage } from '../texts/i18n.ts';
import { AppContext, useApp, type AppValue } from './AppContext.ts';
import { rapidShown, stickShown, type Screen } from './state.ts';

export function App({ store, controller }: Omit<AppValue, 'state'>) {
  const state = useSyncExternalStore(store.watch, store.get);
  const value = useMemo(() => ({ state, store, controller }), [state, store, controller]);
  useEffect(() => changeLanguage(state.language), [state.language]);
  useEffect(() => {
    document.documentElement.dataset['text'] = state.largeText ? 'large' : 'normal';
  }, [state.largeText]);
  return (
    <AppContext value={value}>
      <CurrentScreen />
      <Overlays />
      <AlreadyOpen />
    </AppContext>
  );
}

/** What is shown over the word that the station cannot be opened: the keeper's way to bring it back. */
const ON_THE_WAY_BACK: readonly Screen['kind'][] = ['KEEPER_PIN', 'BACKUPS', 'RESTORING'];

function CurrentScreen() {
  const { state } = useApp();
  const { screen } = state;
  if (state.trouble?.kind === 'CANNOT_OPEN' && !ON_THE_WAY_BACK.includes(screen.kind))
    return <TroubleScreen trouble={state.trouble} />;
  const arranging = state.trouble?.kind === 'ARRANGING' ? state.trouble : (state.status?.arranging ?? null);
  if (arranging !== null && screen.kind !== 'RESTORING') return <ArrangingScreen {...arranging} />;
  if (state.pairing?.kind === 'NEEDED') return <PairingScreen pairing={state.pairing} />;
  if (state.pairing?.kind === 'BY_STICK') return <PairingStickScreen pairing={state.pairing} />;
  if (rapidShown(state)) return <RapidScreen />;
  switch (screen.kind) {
    case 'HOME':
      return <HomeScreen />;
    case 'BY_HAND':
      return <ByHandScreen key={screen.next} next={screen.next} />;
    case 'SIGN_RESULT':
      return <SignResultScreen key={screen.serial} screen={screen} />;
    case 'RECORD':
      return <RecordScreen />;
    case 'ACCOUNT':
      return <AccountScreen />;
    case 'POOLING':
      return <PoolingScreen requestId={screen.requestId} />;
    case 'SHOP':
      return <ShopScreen />;
    case 'SHOP_CONFIRM':
      return <ConfirmScreen requestId={screen.requestId} />;
    case 'SHOP_PIN':
      return <ShopPinScreen requestId={screen.requestId} />;
    case 'SHOP_RESULT':
      return <ShopResultScreen redeemed={screen.redeemed} />;
    case 'KEEPER_PIN':
      return <PinScreen next={screen.next} />;
    case 'DESK':
      return <DeskScreen screen={screen} />;
    case 'BACKUPS':
      return <BackupsScreen />;
    case 'RESTORING':
      return <RestoringScreen end={screen.end} />;
  }
}

/**
 * One thing at a time: no connection before everything, then the question whether somebody is there, then a stick,
 * then help.
 */
function Overlays() {
  const { t } = useTranslation();
  const { state, store, controller } = useApp();
  if (!state.connected)
    return (
      <Overlay name="reconnecting" title={t('bar.reconnecting')} onClose={() => undefined}>
        <p>{t('bar.reconnectingWhy')}</p>
      </Overlay>
    );
  if (state.askingSeconds !== null)
    return (
      <Overlay name="asking" title={t('idle.title')} onClose={controller.answered}>
        <p>{t('idle.body', { seconds: state.askingSeconds })}</p>
        <Press look="main" onPress={controller.answered}>
          {t('idle.stay')}
        </Press>
      </Overlay>
    );
  if (stickShown(state) && state.status !== null) return <StickOverlay stick={state.status.stick} />;
  if (!state.helpOpen) return null;
  const close = (): void => store.send({ type: 'HELP', open: false });
  return (
    <Overlay name="help" title={t('help.title')} onClose={close}>
      <p>{t('help.body')}</p>
      <Press look="main" onPress={close}>
        {t('help.close')}
      </Press>
    </Overlay>
  );
}
