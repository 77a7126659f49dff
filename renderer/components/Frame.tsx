/**
 * What stands around every screen, always in the same place: back and home at the top left, text size, language
 * and help at the top right, the state of the scanner and of reporting at the bottom left, the keeper's entry at
 * the bottom right.
 */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Press } from './Press.tsx';
import { StatusBar } from './StatusBar.tsx';

export interface FrameProps {
  readonly name: string;
  readonly title?: string;
  readonly tone?: 'paper' | 'green' | 'amber' | 'red';
  /** Instead of back and home, on the home screen only. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
}

export function Frame({ name, title, tone = 'paper', head, children }: FrameProps) {
  const { t } = useTranslation();
  const { controller } = useApp();
  return (
    <div className={`frame tone-${tone}`} data-screen={name}>
      <header className="bar bar-top">
        <div className="bar-left">
          {head ?? (
            <>
              <Press look="quiet" icon="back" onPress={controller.goBack}>
                {t('common.back')}
              </Press>
              <Press look="quiet" icon="home" onPress={controller.goHome}>
                {t('common.home')}
              </Press>
            </>
          )}
        </div>
        {title === undefined ? null : <h1 className="bar-title oneline">{title}</h1>}
        <HelpButtons />
      </header>
      <main className={`content ${name}`}>{children}</main>
      <StatusBar />
    </div>
  );
}

function HelpButtons() {
  const { t } = useTranslation();
  const { state, store } = useApp();
  const other = state.language === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <div className="bar-right">
      <Press look="quiet" onPress={() => store.send({ type: 'LARGE_TEXT', largeText: !state.largeText })}>
        {t(state.largeText ? 'common.normalText' : 'common.largerText')}
      </Press>
      <Press look="quiet" onPress={() => store.send({ type: 'LANGUAGE', language: other })}>
        {t('common.otherLanguage')}
      </Press>
      <Press look="quiet" icon="question" onPress={() => store.send({ type: 'HELP', open: true })}>
        {t('common.callKeeper')}
      </Press>
    </div>
  );
}
