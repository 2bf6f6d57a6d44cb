/**
 * Everyday words that are rare in docs but not because they name anything: "give", "happens", "middle", "twice". By their
 * rarity alone they would outrank the words that a question is about, so they count for less. Function words are stopwords
 * and not here; words that are also terms of programming (file, return, type) are not here either.
 */
export const commonWords: ReadonlySet<string> = new Set(
  (
    'able according actually add allow allowed allows almost alone along already although always among another answer apart ' +
    'appear appears apply around ask asked asking asks aside attempt avoid away back bad basically become becomes begin ' +
    'behave behaves best better big bigger bit bring brings broke broken bunch business call called calls came care case ' +
    'cases certain change changed changes choose clear clearly close come comes common complain complains complete ' +
    'completely consider contain contains correct correctly cost couple day days deal decide depend depends describe ' +
    'despite detail difference different differently difficult directly does dozen easily easy effect eight eleven else ' +
    'end ends enough entire entirely especially everybody everyone everything everywhere exact exactly example examples ' +
    'exist exists expect expected expects explain explicit extra face fact fall falls far fast feel few fifth finally find ' +
    'finds fine finish finished first five fix follow following follows forget found four full fully gave general get gets ' +
    'getting give given gives giving go goes going gone good got great half halfway hand handful hands happen happened ' +
    'happening happens hard hardly hear held help helps hold home hope hour hours house human hundred idea identical ' +
    'immediately important instead interested involved issue job keep keeping keeps kept kind knew know known knows large ' +
    'larger last late later latest lead leads learn least leave leaves leaving left less lets life likely line little ' +
    'long longer look looking looks lose loses lost lot lots low made main mainly manage matter matters maybe mean means ' +
    'meant meet mention mentioned middle mind mine minute minutes miss missed mistake moment month months morning move ' +
    'multiple name nearly necessary neither never new newest next nice night nine nobody none normal normally nothing ' +
    'notice number numbers obvious obviously odd often okay old older one ones open opposed ordinary original ought ' +
    'outside paid part particular particularly parts past people perhaps person pick picked picks piece pieces place ' +
    'places plain plainly play point points possible possibly prefer pretty prevent prevents prior problem problems ' +
    'proper properly provide provided purpose put puts putting question questions quick quickly quite ran reach reached ' +
    'ready real reason recent recently refuse refuses regular related rest result right run running runs sake saw say ' +
    'saying says second seconds see seem seems seen separate serious seven several share short show showing shown shows ' +
    'side similar simple simply single six small smaller solve sometimes somewhere soon sort sound speak special specific ' +
    'spread stand start started starts stay stays step steps stop stopped stops straight stuff success successfully sudden ' +
    'suddenly suggest sure take taken takes taking talk talking tell telling tells ten tend thing things think third ' +
    'thought thousand three time times today together told tomorrow took total totally treat tried tries trouble true ' +
    'try trying turn turned turns twelve twenty twice two understand unless unlike usual usually various version wait ' +
    'wanted wanting ways week weeks went whole wish wonder word words work worked working works world worse worst write ' +
    'written wrong year years yes yesterday'
  ).split(' '),
);
