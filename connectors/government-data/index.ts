export { openGovernmentData } from './client.ts';
export { governmentTopics } from './contract.ts';
export type {
  CivilStatus,
  GovernmentAnswer,
  GovernmentContent,
  GovernmentData,
  GovernmentQuestion,
  GovernmentTopic,
  RealEstate,
  SocialSecurity,
  Tax,
} from './contract.ts';
