/** Rapid mode for an activity of today, or for one opened now: an emergency call-out is not in any plan. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeeperDesk } from '../../../electron/contract/views.ts';
import { ACTIVITY_THEMES, SERVICE_PLATFORMS } from '../../../domain/reference/reference.ts';
import { useApp } from '../../app/AppContext.ts';
import { Pager } from '../../components/Pager.tsx';
import { PlatformPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { clockTime, duration } from '../../texts/format.ts';
import { DEFAULT_LANGUAGE } from '../../texts/i18n.ts';
import type { DeskProblem } from '../../app/keeperActions.ts';
import { Choices, DeskForm } from './DeskForm.tsx';
import { deskProblemText } from './deskText.ts';

const PER_PAGE = 3;

export function RapidTab({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<DeskProblem | null>(null);
  if (opening) return <OpenForm desk={desk} onClose={() => setOpening(false)} />;
  const open = desk.activities.filter((activity) => activity.openForSignIn);
  return (
    <>
      <h2>{t('desk.rapidTitle')}</h2>
      <p className="soft">{problem === null ? t('desk.rapidChoose') : deskProblemText(t, problem)}</p>
      <Pager items={open} perPage={PER_PAGE} className="desk-list" empty={t('desk.rapidNone')}>
        {(activity) => (
          <li key={activity.id} className="desk-row">
            <PlatformPicture platform={activity.platform} />
            <div className="desk-row-text">
              <p className="line-name oneline">{activity.name}</p>
              <p className="soft oneline">
                {t('date.span', { from: clockTime(activity.startMs), to: clockTime(activity.endMs) })}{' '}
                {activity.place}
              </p>
            </div>
            <Press
              look="main"
              disabled={state.pending}
              onPress={() => void controller.keeper.startRapid(activity.id).then(setProblem)}
            >
              {t('desk.rapidStart')}
            </Press>
          </li>
        )}
      </Pager>
      <Press icon="plus" className="desk-open-new" onPress={() => setOpening(true)}>
        {t('desk.openNew')}
      </Press>
    </>
  );
}

const CALL_OUTS = ['FLOOD', 'FIRE', 'SNOW', 'SEARCH', 'CLEANING', 'VISIT'] as const;
const LENGTHS_MINUTES = [60, 120, 240, 480] as const;
/** A call-out is help to the people (便民服务) that lives the values of the community (践行主流价值). */
const PLATFORM = SERVICE_PLATFORMS.indexOf('CONVENIENCE');
const THEME = ACTIVITY_THEMES.indexOf('VALUES');

function OpenForm({ desk, onClose }: { readonly desk: KeeperDesk; readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { controller } = useApp();
  const [name, setName] = useState<(typeof CALL_OUTS)[number]>('FLOOD');
  const [teamId, setTeamId] = useState(desk.teams[0]?.id ?? 0);
  const [minutes, setMinutes] = useState<number>(LENGTHS_MINUTES[1]);
  return (
    <DeskForm
      title={t('desk.openTitle')}
      confirm={t('desk.openConfirm')}
      onClose={onClose}
      onConfirm={(requestId) =>
        controller.keeper.openActivity({
          requestId,
          name: i18n.getFixedT(DEFAULT_LANGUAGE)(`desk.emergency.${name}`),
          teamId,
          platform: PLATFORM,
          theme: THEME,
          minutes,
        })
      }
    >
      <Choices
        title={t('desk.openName')}
        options={CALL_OUTS.map((value) => ({ value, text: t(`desk.emergency.${value}`) }))}
        chosen={name}
        onChoose={setName}
      />
      <Choices
        title={t('desk.openTeam')}
        options={desk.teams.map((team) => ({ value: team.id, text: team.name }))}
        chosen={teamId}
        onChoose={setTeamId}
      />
      <Choices
        title={t('desk.openMinutes')}
        options={LENGTHS_MINUTES.map((value) => ({ value, text: duration(t, value) }))}
        chosen={minutes}
        onChoose={setMinutes}
      />
    </DeskForm>
  );
}
