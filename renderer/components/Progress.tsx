/** How far long work is: a bar that moves, and the number beside it. */
import { useTranslation } from 'react-i18next';

export interface ProgressProps {
  readonly label: string;
  readonly done: number;
  /** 0: not counted yet; the bar moves all the same. */
  readonly total: number;
}

export function Progress({ label, done, total }: ProgressProps) {
  const { t } = useTranslation();
  if (total === 0) return <progress className="long-progress" aria-label={label} />;
  return (
    <>
      <progress className="long-progress" aria-label={label} value={done} max={total} />
      <p className="figure long-percent">
        {t('common.percent', { percent: Math.floor((100 * done) / total) })}
      </p>
    </>
  );
}
