/** A long list a page at a time, with two large buttons: nothing has to be dragged. */
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Press } from './Press.tsx';

export interface PagerProps<T> {
  readonly items: readonly T[];
  readonly perPage: number;
  readonly className: string;
  readonly empty?: string;
  readonly children: (item: T) => ReactNode;
}

export function Pager<T>({ items, perPage, className, empty, children }: PagerProps<T>) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(0);
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  // The list may have become shorter since.
  const page = Math.min(wanted, pages - 1);
  return (
    <div className="pager">
      {items.length === 0 && empty !== undefined ? <p className="empty soft">{empty}</p> : null}
      <ul className={className}>{items.slice(page * perPage, (page + 1) * perPage).map(children)}</ul>
      {pages === 1 ? null : (
        <div className="pager-keys">
          <Press icon="back" disabled={page === 0} onPress={() => setWanted(page - 1)}>
            {t('common.previousPage')}
          </Press>
          <span className="soft">{t('common.page', { page: page + 1, pages })}</span>
          <Press
            icon="next"
            className="press-after"
            disabled={page === pages - 1}
            onPress={() => setWanted(page + 1)}
          >
            {t('common.nextPage')}
          </Press>
        </div>
      )}
    </div>
  );
}
