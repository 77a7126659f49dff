/** The backups on a screen of their own, where nothing can be recorded and so no desk can be opened. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Frame } from '../../components/Frame.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { BackupPage } from './BackupPage.tsx';

export function BackupsScreen() {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  return (
    <Frame name="backups" title={t('backup.title')}>
      <section className="desk-page">
        {state.problem === null ? null : <ProblemLine problem={state.problem} />}
        <BackupPage onClose={controller.goHome} />
      </section>
    </Frame>
  );
}
