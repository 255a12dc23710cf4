import type { Terms } from './en.ts';

const number = new Intl.NumberFormat('zh-CN');

/** Simplified Chinese. */
export const zhCn: Terms = {
  $code: 'zh-cn',
  $name: '简体中文',
  $dir: 'ltr',

  'action.retry': '重试',
  'action.clear-filters': '清除筛选',

  'count.members': (count) => `${number.format(count)} 名成员`,

  'failure.offline.title': '无法连接',
  'failure.offline.text': '无法连接到服务器。请检查网络后重试。',
  'failure.unauthenticated.title': '会话已结束',
  'failure.unauthenticated.text': '请重新登录以继续。',
  'failure.forbidden.title': '没有访问权限',
  'failure.forbidden.members': '您的角色无权查看成员，请联系管理员。',
  'failure.forbidden.departments': '您的角色无权查看部门。',
  'failure.throttled.title': '请求过于频繁',
  'failure.throttled.text': (seconds) => `请等待 ${number.format(seconds)} 秒后重试。`,
  'failure.server.title': '出现错误',
  'failure.server.text': (detail) => `服务器返回：${detail}`,

  'sign-in.title': '登录',
  'sign-in.title-to': (organization) => `登录 ${organization}`,
  'sign-in.organization': '组织',
  'sign-in.organization-help': '只有一个组织时可留空。',
  'sign-in.username': '用户名',
  'sign-in.password': '密码',
  'sign-in.submit': '登录',
  'sign-in.missing': '请输入用户名和密码。',
  'sign-in.wrong': '用户名或密码不正确。',
  'sign-in.throttled': (seconds) => `尝试次数过多，请在 ${number.format(seconds)} 秒后重试。`,
  'sign-in.offline': '无法连接到服务器。请检查网络后重试。',
  'sign-in.failed': (detail) => `登录失败：${detail}`,

  'departments.title': '部门',
  'departments.loading': '正在加载部门',
  'departments.node': (name, count) => `${name}，${number.format(count)} 名成员`,
  'departments.resize': '调整部门列表宽度',
  'departments.choose': '选择部门',

  'members.search': '按姓名或用户名搜索',
  'members.filter-status': '状态',
  'members.include-descendants': '包含子部门',
  'members.table': '成员',
  'members.loading': '正在加载成员',
  'members.column.name': '姓名',
  'members.column.username': '用户名',
  'members.column.departments': '部门',
  'members.column.roles': '角色',
  'members.column.status': '状态',
  'members.column.created': '添加时间',
  'members.more': (count) => `+${number.format(count)}`,
  'members.page': (from, to, total) =>
    `第 ${number.format(from)}–${number.format(to)} 项，共 ${number.format(total)} 项`,
  'members.previous': '上一页',
  'members.next': '下一页',
  'members.none.title': '还没有成员',
  'members.none.text': '添加、邀请或同步的成员会显示在这里。',
  'members.none-in-department.title': '该部门没有成员',
  'members.none-in-department.text': '加入该部门的成员会显示在这里。',
  'members.no-match.title': '没有匹配的成员',
  'members.no-match.text': '请换一种写法，或清除筛选后再搜索。',

  'status.all': '全部',
  'status.pending': '待加入',
  'status.enabled': '已启用',
  'status.disabled': '已禁用',

  'console.product': 'Roster',
  'console.account': '已登录',
  'console.sign-out': '退出登录',
  'console.loading': '正在加载',
};
