/** What was recorded last, in one line that stays until the next step. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Icon } from './Icon.tsx';

export function SavedLine() {
  const { t } = useTranslation();
  const { saved } = useApp().state;
  return (
    <div role="status">
      {saved === null ? null : (
        <p className="saved">
          <Icon name="tick" />
          {t(`saved.${saved}`)}
        </p>
      )}
    </div>
  );
}
