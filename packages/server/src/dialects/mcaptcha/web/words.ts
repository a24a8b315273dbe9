import type { Language } from '../../../../../widget/src/element/languages.ts'

/** What the frame says around the element: its title, and where the rest of a verification goes on. */
export interface Phrases {
  name: string
  /** As the element says it. */
  raised: string
  open: string
  passed: string
}

/** In the languages of the element. */
export const PHRASES: Readonly<Record<Language, Phrases>> = {
  ar: { name: 'التحقق', raised: 'يلزم إجراء خطوة أخرى', open: 'المتابعة في نافذة', passed: 'تم التحقق' },
  bg: {
    name: 'Проверка',
    raised: 'Необходима е още една стъпка',
    open: 'Продължаване в прозорец',
    passed: 'Проверено',
  },
  cs: {
    name: 'Ověření',
    raised: 'Je potřeba ještě jeden krok',
    open: 'Pokračovat v okně',
    passed: 'Ověřeno',
  },
  da: {
    name: 'Verificering',
    raised: 'Der kræves ét trin mere',
    open: 'Fortsæt i et vindue',
    passed: 'Verificeret',
  },
  de: {
    name: 'Sicherheitsprüfung',
    raised: 'Ein weiterer Schritt ist nötig',
    open: 'In einem Fenster fortfahren',
    passed: 'Geprüft',
  },
  el: {
    name: 'Επαλήθευση',
    raised: 'Χρειάζεται ένα ακόμη βήμα',
    open: 'Συνέχεια σε παράθυρο',
    passed: 'Επαληθεύτηκε',
  },
  en: {
    name: 'Verification',
    raised: 'One more step is needed',
    open: 'Continue in a window',
    passed: 'Verified',
  },
  es: {
    name: 'Verificación',
    raised: 'Hace falta un paso más',
    open: 'Continuar en una ventana',
    passed: 'Verificado',
  },
  et: { name: 'Kontroll', raised: 'Vaja on veel üht sammu', open: 'Jätka aknas', passed: 'Kontrollitud' },
  fi: {
    name: 'Vahvistus',
    raised: 'Tarvitaan vielä yksi vaihe',
    open: 'Jatka ikkunassa',
    passed: 'Vahvistettu',
  },
  fr: {
    name: 'Vérification',
    raised: 'Une étape de plus est nécessaire',
    open: 'Continuer dans une fenêtre',
    passed: 'Vérifié',
  },
  ga: {
    name: 'Fíorú',
    raised: 'Tá céim amháin eile ag teastáil',
    open: 'Lean ar aghaidh i bhfuinneog',
    passed: 'Fíoraithe',
  },
  he: { name: 'אימות', raised: 'נדרש שלב נוסף', open: 'להמשיך בחלון', passed: 'אומת' },
  hr: {
    name: 'Provjera',
    raised: 'Potreban je još jedan korak',
    open: 'Nastavi u prozoru',
    passed: 'Provjereno',
  },
  hu: {
    name: 'Ellenőrzés',
    raised: 'Még egy lépés szükséges',
    open: 'Folytatás egy ablakban',
    passed: 'Ellenőrizve',
  },
  is: {
    name: 'Staðfesting',
    raised: 'Eitt skref í viðbót er nauðsynlegt',
    open: 'Halda áfram í glugga',
    passed: 'Staðfest',
  },
  it: {
    name: 'Verifica',
    raised: 'È necessario un altro passaggio',
    open: 'Continua in una finestra',
    passed: 'Verificato',
  },
  lt: { name: 'Patikra', raised: 'Reikia dar vieno žingsnio', open: 'Tęsti lange', passed: 'Patikrinta' },
  lv: {
    name: 'Pārbaude',
    raised: 'Nepieciešams vēl viens solis',
    open: 'Turpināt logā',
    passed: 'Pārbaudīts',
  },
  mt: { name: 'Verifika', raised: 'Hemm bżonn pass ieħor', open: 'Kompli f’tieqa', passed: 'Ivverifikat' },
  nb: {
    name: 'Verifisering',
    raised: 'Ett trinn til er nødvendig',
    open: 'Fortsett i et vindu',
    passed: 'Verifisert',
  },
  nl: {
    name: 'Verificatie',
    raised: 'Er is nog één stap nodig',
    open: 'Doorgaan in een venster',
    passed: 'Geverifieerd',
  },
  pl: {
    name: 'Weryfikacja',
    raised: 'Potrzebny jest jeszcze jeden krok',
    open: 'Kontynuuj w oknie',
    passed: 'Zweryfikowano',
  },
  pt: {
    name: 'Verificação',
    raised: 'É necessário mais um passo',
    open: 'Continuar numa janela',
    passed: 'Verificado',
  },
  ro: {
    name: 'Verificare',
    raised: 'Mai este necesar un pas',
    open: 'Continuă într-o fereastră',
    passed: 'Verificat',
  },
  sk: {
    name: 'Overenie',
    raised: 'Je potrebný ešte jeden krok',
    open: 'Pokračovať v okne',
    passed: 'Overené',
  },
  sl: {
    name: 'Preverjanje',
    raised: 'Potreben je še en korak',
    open: 'Nadaljuj v oknu',
    passed: 'Preverjeno',
  },
  sv: {
    name: 'Verifiering',
    raised: 'Ett steg till behövs',
    open: 'Fortsätt i ett fönster',
    passed: 'Verifierat',
  },
  tr: {
    name: 'Doğrulama',
    raised: 'Bir adım daha gerekiyor',
    open: 'Bir pencerede devam et',
    passed: 'Doğrulandı',
  },
  uk: {
    name: 'Перевірка',
    raised: 'Потрібен ще один крок',
    open: 'Продовжити у вікні',
    passed: 'Перевірено',
  },
}
