import { ENGLISH_REASONS, type ReasonTexts } from './reason-texts.js';

/** The reasons in the languages of the set-up page. */
const LOCALES: Readonly<Record<string, ReasonTexts>> = {
  en: ENGLISH_REASONS,
  es: {
    access: '{source} ya no nos permite entrar. Vuelve a conectarlo.',
    connection: '{source} no está conectado en este momento.',
    settings: 'La conexión con {source} no está bien configurada.',
    busy: '{source} nos pidió esperar antes de leer más.',
    unavailable: '{source} no respondió como debería.',
    answer: '{source} envió algo que no pudimos leer.',
    held: 'Hay un número inusual de eliminaciones que {app} debe revisar.',
    stopped: 'La sincronización se detuvo.',
    ours: 'Algo falló por nuestra parte.',
    unknown: 'La sincronización no pudo terminar.',
  },
  fr: {
    access: '{source} ne nous laisse plus entrer. Veuillez le reconnecter.',
    connection: '{source} n’est pas connecté en ce moment.',
    settings: 'La connexion à {source} n’est pas correctement configurée.',
    busy: '{source} nous a demandé d’attendre avant de lire la suite.',
    unavailable: '{source} n’a pas répondu comme prévu.',
    answer: '{source} a envoyé quelque chose que nous n’avons pas pu lire.',
    held: 'Un nombre inhabituel de suppressions attend d’être vérifié par {app}.',
    stopped: 'La synchronisation a été arrêtée.',
    ours: 'Un problème est survenu de notre côté.',
    unknown: 'La synchronisation n’a pas pu aboutir.',
  },
  de: {
    access: '{source} lässt uns nicht mehr hinein. Bitte verbinden Sie es erneut.',
    connection: '{source} ist zurzeit nicht verbunden.',
    settings: 'Die Verbindung zu {source} ist nicht richtig eingerichtet.',
    busy: '{source} hat uns gebeten, mit dem Lesen zu warten.',
    unavailable: '{source} hat nicht wie erwartet geantwortet.',
    answer: '{source} hat etwas gesendet, das wir nicht lesen konnten.',
    held: 'Ungewöhnlich viele Löschungen warten darauf, dass {app} sie prüft.',
    stopped: 'Die Synchronisierung wurde angehalten.',
    ours: 'Bei uns ist etwas schiefgegangen.',
    unknown: 'Die Synchronisierung konnte nicht abgeschlossen werden.',
  },
  'pt-BR': {
    access: '{source} não nos deixa mais entrar. Conecte-o novamente.',
    connection: '{source} não está conectado no momento.',
    settings: 'A conexão com {source} não está configurada corretamente.',
    busy: '{source} pediu que aguardássemos antes de ler mais.',
    unavailable: '{source} não respondeu como deveria.',
    answer: '{source} enviou algo que não conseguimos ler.',
    held: 'Um número incomum de exclusões aguarda a verificação de {app}.',
    stopped: 'A sincronização foi interrompida.',
    ours: 'Algo deu errado do nosso lado.',
    unknown: 'A sincronização não pôde ser concluída.',
  },
  ja: {
    access: '{source} にアクセスできなくなりました。もう一度接続してください。',
    connection: '{source} は現在接続されていません。',
    settings: '{source} への接続が正しく設定されていません。',
    busy: '{source} から、読み取りを待つように求められました。',
    unavailable: '{source} が正しく応答しませんでした。',
    answer: '{source} から読み取れないデータが送られてきました。',
    held: '通常より多い削除が {app} の確認を待っています。',
    stopped: '同期は停止されました。',
    ours: '当方で問題が発生しました。',
    unknown: '同期を完了できませんでした。',
  },
  ar: {
    access: 'لم يعد {source} يسمح لنا بالدخول. يُرجى ربطه من جديد.',
    connection: '{source} غير متصل في الوقت الحالي.',
    settings: 'لم يتم إعداد الاتصال مع {source} بشكل صحيح.',
    busy: 'طلب منا {source} الانتظار قبل متابعة القراءة.',
    unavailable: 'لم يستجب {source} كما ينبغي.',
    answer: 'أرسل {source} شيئًا لم نتمكن من قراءته.',
    held: 'ينتظر عدد غير معتاد من عمليات الحذف مراجعة {app}.',
    stopped: 'تم إيقاف المزامنة.',
    ours: 'حدث خطأ من جانبنا.',
    unknown: 'تعذّر إكمال المزامنة.',
  },
};

/** In the language that fits best: the tag's own, another of the same language, else English. */
export function reasonTextsIn(tag: string): ReasonTexts {
  const [language] = tag.split('-', 1);
  const known = Object.keys(LOCALES);
  const best = known.find((name) => name === tag) ?? known.find((name) => name.split('-', 1)[0] === language);
  return LOCALES[best ?? 'en'] ?? ENGLISH_REASONS;
}
