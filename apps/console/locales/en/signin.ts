import type { signin as zh } from '../zh/signin.ts';

export const signin: typeof zh = {
  title: 'Sign in to Qianmo',
  subtitle: 'From a village roll to a repaid loan',
  user: 'Staff number',
  password: 'Password',
  submit: 'Sign in',
  busy: 'Signing in',
  needUser: 'Enter your staff number',
  needPassword: 'Enter your password',
  demo: 'Demonstration sign-ins',
  change: {
    title: 'Choose your own password first',
    why: 'After a first sign-in or a reset, nothing else opens until the password is yours.',
    current: 'Present password',
    next: 'New password (12 characters or more)',
    again: 'New password again',
    differs: 'The two do not match',
    submit: 'Change password',
  },
};
