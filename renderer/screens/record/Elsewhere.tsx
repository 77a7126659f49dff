/** For somebody whose points are at another village: where the points are, and the way to have them brought here. */
import { useTranslation } from 'react-i18next';
import type { PersonView } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';

/**
 * Shows nothing for whoever has theirs in this village. The button is the main one where there is nothing to spend.
 * `brief`: the button alone, where there is no room for the sentence.
 */
export function Elsewhere({
  person,
  brief = false,
}: {
  readonly person: PersonView;
  readonly brief?: boolean;
}) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { elsewhere } = person;
  if (elsewhere === null) return null;
  if (elsewhere.requestedMs > 0)
    return (
      <p className="care" role="status">
        <Icon name="clock" />
        {t('elsewhere.underWay')}
      </p>
    );
  const station = elsewhere.stationName;
  return (
    <div className="elsewhere">
      {brief ? null : (
        <p className="lead">{station === '' ? t('elsewhere.atHome') : t('elsewhere.at', { station })}</p>
      )}
      <Press
        look={person.balance.availablePoints === 0 ? 'main' : 'plain'}
        disabled={state.pending}
        onPress={() => void controller.visit.requestAllowance()}
      >
        {t('elsewhere.bring')}
      </Press>
    </div>
  );
}
