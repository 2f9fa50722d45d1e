export { openSigningService } from './client.ts';
export type { SigningSettings } from './client.ts';
export { rejectionCodes, rejections } from './contract.ts';
export type {
  Answer,
  CertificateRequest,
  CertifiedSigner,
  EvidenceReport,
  Intent,
  MadeSignature,
  QueryAnswer,
  RejectionCode,
  SignatureRequest,
  Signer,
  SigningService,
  TimeStampAnswer,
  UnknownReason,
} from './contract.ts';
export { PdfError } from './pdf/syntax.ts';
export { signPdf } from './sign-pdf.ts';
export type { PdfSigning, SignatureEvidence, SignedPaper } from './sign-pdf.ts';
export { verifyPdf } from './verify-pdf.ts';
export type { VerifiedPaper, VerifiedSignature } from './verify-pdf.ts';
