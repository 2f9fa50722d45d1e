import { Component, StrictMode } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/tokens.css';
import './theme/page.css';
import './theme/parts.css';
import { StandingProvider } from './application.tsx';
import { isLarge, language, rememberCode, wearLanguage, wearText } from './preferences.ts';
import { Screen } from './screen.tsx';
import { Speaking, useWords, wordsOf } from './words/index.tsx';

/** A code as it is printed: nine that were drawn and three that prove it is the bank's. */
const codeInAddress = /^\/apply\/([0-9A-HJKMNP-TV-Z]{12})\/?$/i;

/** Whatever breaks in a screen, nothing that was sent is lost: opening the page again goes on from there. */
class Unbroken extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { words } = useWords();
  return (
    <main className="phone">
      <div className="q">
        <h1>{words.broken}</h1>
      </div>
      <div className="dock">
        <button type="button" className="btn btn--go btn--wide" onClick={() => location.reload()}>
          {words.reload}
        </button>
      </div>
    </main>
  );
}

async function start(): Promise<void> {
  wearText(isLarge());
  wearLanguage(language());
  // Without the English words, say because the network broke off, the page opens in Chinese.
  const words = await wordsOf(language()).catch(() => wordsOf('zh'));
  const code = codeInAddress.exec(location.pathname)?.[1]?.toUpperCase() ?? null;
  if (code !== null) rememberCode(code);
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <Speaking first={words}>
        <Unbroken>
          <StandingProvider code={code}>
            <Screen />
          </StandingProvider>
        </Unbroken>
      </Speaking>
    </StrictMode>,
  );
}

void start();
