/** The reviewer's page: a page of its own, without the console's frame, its sign-in or a way into either. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../theme/tokens.css';
import './review.css';
import { Review } from './review.tsx';
import { language } from './words.ts';

document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Review />
  </StrictMode>,
);
