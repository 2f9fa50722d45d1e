import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangePassword, useDemonstration, useSignIn, useSignOut } from '../../api/session.ts';
import { languages, speak, spoken } from '../../i18n.ts';
import { problemText } from '../../parts/states.tsx';
import './sign-in.css';

function Field({
  id,
  label,
  value,
  type = 'text',
  autoComplete,
  onChange,
  wrong,
}: {
  id: string;
  label: string;
  value: string;
  type?: string;
  autoComplete: string;
  onChange: (value: string) => void;
  wrong?: string | undefined;
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={id}
        type={type}
        value={value}
        autoComplete={autoComplete}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong !== undefined && (
        <p id={`${id}-wrong`} className="bad sm">
          {wrong}
        </p>
      )}
    </div>
  );
}

function Page({ title, subtitle, children }: { title: string; subtitle: string; children: ReactNode }) {
  return (
    <div className="signin">
      <main>
        <p className="mark">
          <svg width="24" height="24" viewBox="0 0 18 18" fill="none" stroke="var(--qm-color-primary)" strokeWidth="1.6" aria-hidden="true">
            <path d="M1 6h16M1 12.5h16M6 1v16M12.5 1v16" />
          </svg>
        </p>
        <h1>{title}</h1>
        <p className="t2">{subtitle}</p>
        {children}
      </main>
      <footer>
        {languages.map((language) => (
          <button
            key={language}
            type="button"
            className="link sm"
            lang={language}
            aria-pressed={spoken() === language}
            onClick={() => void speak(language)}
          >
            {language === 'zh' ? '中文' : 'English'}
          </button>
        ))}
      </footer>
    </div>
  );
}

function Wrong({ problem }: { problem: unknown }) {
  const { i18n } = useTranslation();
  return (
    <p className="notice bad" role="alert">
      {problemText(problem, i18n.language === 'en')}
    </p>
  );
}

export function SignIn() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (login.trim() !== '' && password !== '') signIn.mutate({ login: login.trim(), password });
  };
  return (
    <Page title={t('signin.title')} subtitle={t('signin.subtitle')}>
      <form onSubmit={submit} noValidate>
        <Field
          id="login"
          label={t('signin.user')}
          value={login}
          autoComplete="username"
          onChange={setLogin}
          wrong={tried && login.trim() === '' ? t('signin.needUser') : undefined}
        />
        <Field
          id="password"
          label={t('signin.password')}
          type="password"
          value={password}
          autoComplete="current-password"
          onChange={setPassword}
          wrong={tried && password === '' ? t('signin.needPassword') : undefined}
        />
        {signIn.isError && <Wrong problem={signIn.error} />}
        <button type="submit" className="btn pri" disabled={signIn.isPending}>
          {signIn.isPending ? t('signin.busy') : t('signin.submit')}
        </button>
      </form>
      <Demonstration
        onUse={(chosen) => {
          setLogin(chosen.login);
          setPassword(chosen.password);
        }}
      />
    </Page>
  );
}

/** The invented bank's sign-ins, as its server names them; nothing in any other bank. */
function Demonstration({ onUse }: { onUse: (one: { login: string; password: string }) => void }) {
  const { t } = useTranslation();
  const demonstration = useDemonstration();
  const items = demonstration.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="demo">
      <h2>{t('signin.demo')}</h2>
      <ul>
        {items.map((one) => (
          <li key={one.login}>
            <button type="button" className="link" onClick={() => onUse(one)}>
              {one.name}
            </button>
            <span>{one.post[spoken()]}</span>
            <span className="mono t3">{one.login}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Before anything else is open, a first or reset password is replaced by one's own. */
export function NewPassword() {
  const { t } = useTranslation();
  const change = useChangePassword();
  const signOut = useSignOut();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const differs = again !== next;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (current !== '' && next !== '' && !differs) change.mutate({ current, next });
  };
  return (
    <Page title={t('signin.change.title')} subtitle={t('signin.change.why')}>
      <form onSubmit={submit} noValidate>
        <Field
          id="current"
          label={t('signin.change.current')}
          type="password"
          value={current}
          autoComplete="current-password"
          onChange={setCurrent}
          wrong={tried && current === '' ? t('signin.needPassword') : undefined}
        />
        <Field
          id="next"
          label={t('signin.change.next')}
          type="password"
          value={next}
          autoComplete="new-password"
          onChange={setNext}
          wrong={tried && next === '' ? t('signin.needPassword') : undefined}
        />
        <Field
          id="again"
          label={t('signin.change.again')}
          type="password"
          value={again}
          autoComplete="new-password"
          onChange={setAgain}
          wrong={tried && differs ? t('signin.change.differs') : undefined}
        />
        {change.isError && <Wrong problem={change.error} />}
        <button type="submit" className="btn pri" disabled={change.isPending}>
          {t('signin.change.submit')}
        </button>
        <button type="button" className="link" onClick={() => signOut.mutate()}>
          {t('shell.me.out')}
        </button>
      </form>
    </Page>
  );
}
