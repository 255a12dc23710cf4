import { expect } from '@open-wc/testing';
import { spokenLanguage } from '../ui/localization.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

const sample = (term: unknown): string =>
  typeof term === 'function' ? String(term(3, 4, 5)) : String(term);

describe('words', () => {
  it('are the same in each language, and none is empty', () => {
    expect(Object.keys(zhCn).sort()).to.deep.equal(Object.keys(en).sort());
    for (const [key, term] of [...Object.entries(en), ...Object.entries(zhCn)]) {
      expect(sample(term), key).to.not.match(/^\s*$|undefined|NaN/);
    }
  });

  it('are Chinese in Chinese', () => {
    for (const [key, term] of Object.entries(zhCn)) {
      if (key.startsWith('$') || key === 'console.product' || key === 'members.more') continue;
      expect(sample(term), key).to.match(/\p{Script=Han}/u);
    }
  });

  it('count one member and many', () => {
    expect(en['count.members'](1)).to.equal('1 member');
    expect(en['count.members'](12_345)).to.equal('12,345 members');
  });
});

describe('spokenLanguage', () => {
  const cases: [string, string][] = [
    ['en-GB', 'en-gb'],
    ['zh', 'zh-cn'],
    ['zh-Hans-CN', 'zh-cn'],
    ['zh_TW', 'zh-cn'],
    ['de-AT', 'en'],
    ['', 'en'],
    ['!!', 'en'],
  ];
  for (const [wanted, spoken] of cases) {
    it(`answers ${wanted || 'nothing'} in ${spoken}`, () => {
      expect(spokenLanguage(wanted)).to.equal(spoken);
    });
  }
});
