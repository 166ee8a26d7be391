package dev.rehearse.data.anonymize.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names that HTML has for characters: those of HTML 4's Latin and Greek letters and marks, and of the letters of other languages of Europe.
 * Stateless.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/named-characters.html">Named character references</a>
 */
final class Entities {

    /** From U+00A0 on, without a gap. */
    private static final String LATIN_1 = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg"
            + " macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave"
            + " Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde"
            + " Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc"
            + " atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute"
            + " ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

    /** A character with its name behind it. */
    private static final String OTHERS =
            "\"quot &amp 'apos <lt >gt @commat .period ,comma :colon ;semi _lowbar +plus /sol (lpar )rpar"
                    + " \u2013ndash \u2014mdash \u2018lsquo \u2019rsquo \u201Asbquo \u201Cldquo \u201Drdquo \u201Ebdquo \u2022bull \u2026hellip"
                    + " \u20ACeuro \u2122trade \u2002ensp \u2003emsp \u2009thinsp \u200Czwnj \u200Dzwj \u200Elrm \u200Frlm"
                    + " ĀAmacr āamacr ĂAbreve ăabreve ĄAogon ąaogon ĆCacute ćcacute ČCcaron čccaron ĎDcaron ďdcaron ĐDstrok đdstrok ĒEmacr"
                    + " ēemacr ĖEdot ėedot ĘEogon ęeogon ĚEcaron ěecaron ĞGbreve ğgbreve ĢGcedil ĪImacr īimacr ĮIogon įiogon İIdot ıimath"
                    + " ĶKcedil ķkcedil ĹLacute ĺlacute ĻLcedil ļlcedil ĽLcaron ľlcaron ŁLstrok łlstrok ŃNacute ńnacute ŅNcedil ņncedil"
                    + " ŇNcaron ňncaron ŌOmacr ōomacr ŐOdblac őodblac ŒOElig œoelig ŔRacute ŕracute ŘRcaron řrcaron ŚSacute śsacute"
                    + " ŞScedil şscedil ŠScaron šscaron ŢTcedil ţtcedil ŤTcaron ťtcaron ŪUmacr ūumacr ŮUring ůuring ŰUdblac űudblac"
                    + " ŲUogon ųuogon ŸYuml ŹZacute źzacute ŻZdot żzdot ŽZcaron žzcaron"
                    + " ΑAlpha αalpha ΒBeta βbeta ΓGamma γgamma ΔDelta δdelta ΕEpsilon εepsilon ΖZeta ζzeta ΗEta ηeta ΘTheta θtheta ΙIota"
                    + " ιiota ΚKappa κkappa ΛLambda λlambda ΜMu μmu ΝNu νnu ΞXi ξxi ΟOmicron οomicron ΠPi πpi ΡRho ρrho ΣSigma σsigma"
                    + " ςsigmaf ΤTau τtau ΥUpsilon υupsilon ΦPhi φphi ΧChi χchi ΨPsi ψpsi ΩOmega ωomega";

    private static final Map<String, Integer> CHARACTERS = new HashMap<>();
    private static final Map<Integer, String> NAMES = new HashMap<>();

    static {
        int next = 0xA0;
        for (String name : LATIN_1.split(" ")) {
            put(name, next++);
        }
        for (String each : OTHERS.split(" ")) {
            put(each.substring(1), each.charAt(0));
        }
    }

    private Entities() {}

    private static void put(String name, int c) {
        CHARACTERS.put(name, c);
        NAMES.put(c, name);
    }

    /** The character of a name; -1 for none. */
    static int character(String name) {
        return CHARACTERS.getOrDefault(name, -1);
    }

    /** The name of a character; null for none. */
    static @Nullable String name(int c) {
        return NAMES.get(c);
    }
}
