import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ConfigProvider } from 'antd';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/base.css';
import './theme/shell.css';
import './theme/page.css';
import './theme/table.css';
import './theme/narrow.css';
import { Problem } from './api/client.ts';
import { startLanguage } from './i18n.ts';
import { makeRouter } from './router.tsx';
import { antdTheme } from './theme/tokens.ts';

/** A session that has ended anywhere sends the reader to the sign-in screen, and back afterwards. */
function onProblem(problem: unknown): void {
  if (problem instanceof Problem && problem.status === 401) client.setQueryData(['session'], null);
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onProblem }),
  mutationCache: new MutationCache({ onError: onProblem }),
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      refetchOnWindowFocus: false,
      // Without a network a question fails and says so; waiting for the network instead, the screen would stay grey for as long.
      networkMode: 'always',
      refetchOnReconnect: true,
      // A refusal is an answer, and who waited a minute is asked; only a lost connection is worth another try.
      retry: (failures, problem) => failures < 2 && problem instanceof Problem && problem.code === 'network',
    },
    mutations: { networkMode: 'always' },
  },
});

const router = makeRouter();

function Console() {
  return (
    <ConfigProvider theme={antdTheme()} wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

async function start(): Promise<void> {
  await startLanguage();
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Console />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
