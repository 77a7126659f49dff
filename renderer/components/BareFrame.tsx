/** The frame where there is no station behind the screen: a title, the way back and the language. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Press } from './Press.tsx';

export interface BareFrameProps {
  readonly name: string;
  readonly title: string;
  readonly onBack?: () => void;
  readonly children: ReactNode;
}

export function BareFrame({ name, title, onBack, children }: BareFrameProps) {
  const { t } = useTranslation();
  const { state, store } = useApp();
  const other = state.language === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <div className="frame tone-paper" data-screen={name}>
      <header className="bar bar-top">
        <div className="bar-left">
          {onBack === undefined ? null : (
            <Press look="quiet" icon="back" onPress={onBack}>
              {t('common.back')}
            </Press>
          )}
        </div>
        <h1 className="bar-title oneline">{title}</h1>
        <div className="bar-right">
          <Press look="quiet" onPress={() => store.send({ type: 'LANGUAGE', language: other })}>
            {t('common.otherLanguage')}
          </Press>
        </div>
      </header>
      <main className={`content ${name}`}>{children}</main>
    </div>
  );
}
