/** The screens of applying, in one file to fetch. */
export { Closed, Leave, Progress } from './standing.tsx';
export { Identity } from './identity.tsx';
export { Consents } from './consents.tsx';
export { Face } from './face.tsx';
export { Questions, Review, Supplement } from './questions.tsx';
export { Deciding, Manual } from './deciding.tsx';
export { Declined } from './declined.tsx';
