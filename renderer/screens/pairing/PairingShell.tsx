/** The frame of what is shown until a machine is brought in: a title, the way back and the language. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Press } from '../../components/Press.tsx';

export function PairingShell({
  onBack,
  children,
}: {
  readonly onBack?: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { state, store } = useApp();
  const other = state.language === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <div className="frame tone-paper" data-screen="pairing">
      <header className="bar bar-top">
        <div className="bar-left">
          {onBack === undefined ? null : (
            <Press look="quiet" icon="back" onPress={onBack}>
              {t('common.back')}
            </Press>
          )}
        </div>
        <h1 className="bar-title oneline">{t('pairing.title')}</h1>
        <div className="bar-right">
          <Press look="quiet" onPress={() => store.send({ type: 'LANGUAGE', language: other })}>
            {t('common.otherLanguage')}
          </Press>
        </div>
      </header>
      <main className="content pairing">{children}</main>
    </div>
  );
}
