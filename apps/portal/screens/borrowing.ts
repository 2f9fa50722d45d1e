import '../theme/borrowing.css';
/** The screens from the offer on, in one file to fetch. */
export { Offer } from './offer.tsx';
export { Papers } from './papers.tsx';
export { Signing } from './signing.tsx';
export { Loans } from './loans.tsx';
export { Draw } from './draw.tsx';
export { Repay } from './repay.tsx';
