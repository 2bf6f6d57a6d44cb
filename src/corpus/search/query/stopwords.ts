/** Words of a question that say nothing about its subject; in an OR query they cost the most time (p95) and rank noise. */
export const stopwords: ReadonlySet<string> = new Set(
  (
    'a about above after again all also am an and any anybody anyone anything are as at be because been before being below ' +
    'between both but by can cannot cant could did didnt do does doesnt doing done dont down during each either else ' +
    'even ever every few for from further had has have having he her here him his how i if im in into instead is isnt it ' +
    'its itself ive just let like make makes may me might more most much must my myself need needs neither no nor not ' +
    'now of off on once only or other our ours out over own per please rather really same shall she should since so some ' +
    'somebody someone something still such than that the their them then there these they this those though through to ' +
    'too toward under until up upon us very want wants was way we well were what whatever when where whether which while ' +
    'who whom whose why will with within without wont would yet you your yours use used uses using'
  ).split(' '),
);
