import type { ThemeConfig } from 'antd';

/** Reads one value of `tokens.css`, the one file of values, so that antd and the charts never repeat a colour. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--qm-${name}`).trim();
}

const pixels = (name: string): number => Number.parseFloat(token(name));

/** The antd theme, made of the same tokens as the stylesheets. */
export function antdTheme(): ThemeConfig {
  return {
    token: {
      colorPrimary: token('color-primary'),
      colorPrimaryHover: token('color-primary-hover'),
      colorPrimaryActive: token('color-primary-active'),
      colorText: token('color-text'),
      colorTextSecondary: token('color-text-secondary'),
      colorTextTertiary: token('color-text-tertiary'),
      colorTextPlaceholder: token('color-text-tertiary'),
      colorBorder: token('color-border'),
      colorBorderSecondary: token('color-border-secondary'),
      colorSplit: token('color-split'),
      colorBgContainer: token('color-bg-container'),
      colorBgLayout: token('color-bg-layout'),
      colorBgSpotlight: token('color-bg-spotlight'),
      colorWarning: token('color-warning'),
      colorError: token('color-error'),
      colorSuccess: token('color-primary'),
      colorLink: token('color-primary'),
      fontFamily: token('font-family'),
      fontSize: pixels('font-size'),
      controlHeight: pixels('control-height'),
      borderRadius: pixels('border-radius'),
      boxShadowSecondary: token('box-shadow-secondary'),
    },
  };
}
