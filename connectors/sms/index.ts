export { openSms } from './client.ts';
export type { SmsSettings } from './client.ts';
export type { DeliveryReport, IncomingMessage, ShortMessage, Sms, SmsAnswer, SmsEvents, SmsRejection } from './contract.ts';
