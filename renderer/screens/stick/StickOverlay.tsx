/** A USB stick is in: what it can take, how far it is, whether it may be pulled out, and what it brought. */
import { useTranslation } from 'react-i18next';
import type { StickView } from '../../../electron/contract/stickViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Overlay } from '../../components/Overlay.tsx';
import { Press } from '../../components/Press.tsx';

export function StickOverlay({ stick }: { readonly stick: StickView }) {
  const { t } = useTranslation();
  const { store, controller } = useApp();
  if (stick.state === 'NONE') return null;
  const busy = stick.state === 'READING' || stick.state === 'WRITING';
  const close = (): void => {
    if (!busy) store.send({ type: 'STICK', open: false });
  };
  const write = (): void => void controller.writeStick();
  return (
    <Overlay name="stick" title={t(`stick.title.${stick.state}`)} onClose={close}>
      <Said stick={stick} />
      {busy ? null : (
        <div className="stick-actions">
          {stick.state === 'SAFE' ? (
            <>
              <Press look="main" icon="tick" onPress={close}>
                {t('common.fine')}
              </Press>
              <Press onPress={write}>{t('stick.again')}</Press>
            </>
          ) : (
            <>
              <Press look="main" icon="stick" onPress={write}>
                {t(stick.state === 'PROBLEM' ? 'common.tryAgain' : 'stick.write')}
              </Press>
              <Press onPress={close}>{t('stick.later')}</Press>
            </>
          )}
        </div>
      )}
    </Overlay>
  );
}

/** The sentences of each state. */
function Said({ stick }: { readonly stick: StickView }) {
  const { t } = useTranslation();
  switch (stick.state) {
    case 'NONE':
      return null;
    case 'READING':
      return <p>{t('stick.keepIn')}</p>;
    case 'WRITING': {
      const progress = t('stick.progress', { done: stick.done, total: stick.total });
      return (
        <>
          <p className="care">{t('stick.keepIn')}</p>
          <progress aria-label={progress} value={stick.done} max={Math.max(1, stick.total)} />
          <p className="figure">{progress}</p>
        </>
      );
    }
    case 'SAFE':
      return (
        <p className="stick-good">
          <Icon name="tick" />
          {t('stick.safe', { records: stick.total })}
        </p>
      );
    case 'PROBLEM':
      return (
        <>
          <p className="care">
            <Icon name="warning" />
            {t(`stick.problem.${stick.problem ?? 'BROKEN'}`)}
          </p>
          <p className="soft">{t('stick.nothingLost')}</p>
        </>
      );
    case 'FOUND':
      return (
        <>
          <Brought stick={stick} />
          <p>{stick.waiting > 0 ? t('stick.canTake', { records: stick.waiting }) : t('stick.nothingNew')}</p>
        </>
      );
  }
}

/** What came back from the county, each in one line; nothing where nothing came. */
function Brought({ stick: { brought } }: { readonly stick: StickView }) {
  const { t } = useTranslation();
  if (brought === null) return null;
  const good = [
    ...(brought.confirmed > 0 ? [t('stick.confirmed', { records: brought.confirmed })] : []),
    ...(brought.returned > 0 ? [t('stick.returned', { records: brought.returned })] : []),
    ...(brought.reference ? [t('stick.newReference')] : []),
  ];
  const care = [
    ...(brought.leftAlone === null ? [] : [t(`stick.leftAlone.${brought.leftAlone}`)]),
    ...(brought.foreign > 0 && good.length === 0 ? [t('stick.foreign')] : []),
  ];
  return (
    <>
      {good.map((line) => (
        <p key={line} className="stick-good">
          <Icon name="tick" />
          {line}
        </p>
      ))}
      {care.map((line) => (
        <p key={line} className="care">
          <Icon name="info" />
          {line}
        </p>
      ))}
    </>
  );
}
