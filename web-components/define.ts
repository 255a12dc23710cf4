/** Registers every element. The provider comes first: it must answer those inside it. */
import './elements/provider/define.ts';
import './elements/sign-in/define.ts';
import './elements/members/define.ts';
