package dev.rehearse.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Short lists of plain words, all ASCII, none with a character that COPY escapes. */
final class Words {

    static final byte[][] FIRST_NAMES = list(
            "Ada Alan Amina Anna Ben Carla Chen Clara David Diego Elena Emil Fatima Felix Grace Hana Hugo Ines Ivan Jana"
                    + " Jonas Julia Kofi Lars Lea Lina Liu Luca Maria Marta Max Mei Mia Nadia Nils Noor Olga Omar Paul Priya"
                    + " Rosa Sam Sara Sofia Tom Uma Vera Wei Yara Zoe");
    static final byte[][] LAST_NAMES = list(
            "Adams Ahmed Bauer Becker Bianchi Brown Chen Costa Diaz Dubois Evans Fischer Garcia Gupta Haddad Hansen Ito"
                    + " Jensen Jones Khan Kim Klein Kowalski Lee Lopez Martin Meyer Moreau Muller Nagy Nguyen Novak Okafor"
                    + " Olsen Park Patel Petrov Rossi Sato Schmidt Silva Singh Smith Suzuki Tanaka Wagner Walker Wang Weber Young");
    static final byte[][] CITIES =
            list("Accra Athens Berlin Bogota Boston Cairo Chennai Dakar Delhi Dublin Hamburg Hanoi Helsinki Jakarta"
                    + " Kyoto Lagos Lima Lisbon London Lyon Madrid Manila Milan Montreal Nairobi Osaka Oslo Paris Porto Prague"
                    + " Quito Riga Rome Seoul Sofia Sydney Tallinn Toronto Turin Vienna Vilnius Warsaw Zagreb Zurich");
    static final byte[][] COUNTRIES =
            list("Argentina Australia Austria Belgium Brazil Canada Chile China Denmark Egypt Finland France"
                    + " Germany Ghana Greece India Indonesia Ireland Italy Japan Kenya Mexico Morocco Netherlands Nigeria"
                    + " Norway Peru Poland Portugal Spain Sweden Switzerland Thailand Turkey Vietnam");
    static final byte[][] COUNTRY_CODES = list(
            "AR AU AT BE BR CA CL CN DK EG FI FR DE GH GR IN ID IE IT JP KE MX MA NL NG NO PE PL PT ES SE CH TH TR VN");
    static final byte[][] CURRENCIES = list("EUR USD GBP JPY CHF SEK NOK DKK PLN INR BRL CNY");
    static final byte[][] LOCALES = list("en-US en-GB de-DE fr-FR es-ES it-IT pt-BR pl-PL ja-JP zh-CN hi-IN sv-SE");
    static final byte[][] STATES = list("active new open pending closed done failed paused");
    static final byte[][] STREETS = list("Main Oak Station Church Mill Park Lake Hill Garden School River Market");
    static final byte[][] PLAIN = list(
            "account amber answer apple arrow autumn basket beacon blue branch bridge bright bronze cabin candle canvas"
                    + " carbon castle cedar central circle city clear cloud coast copper corner cotton daily delta desert"
                    + " direct dragon early east echo ember engine fabric falcon field final first flame forest frost garden"
                    + " gentle glass global gold grand granite green harbor hazel hidden hollow honest horizon island ivory"
                    + " jasper jolly journey lantern large laurel linen little local lunar maple marble meadow metal mint"
                    + " modern moon morning mountain narrow native noble north ocean olive open orange order paper pearl pine"
                    + " planet plaza polar prime quartz quiet rapid raven river royal ruby sage sand scarlet second shadow"
                    + " silent silver simple slate small smart solar south spring steady stone storm summer sunny swift teal"
                    + " thunder tidal timber topaz tower urban valley velvet violet vivid warm water west white wild willow"
                    + " winter wonder yellow young zenith");

    private Words() {}

    static byte[] pick(byte[][] words, long bits) {
        return words[(int) Mix.below(bits, words.length)];
    }

    private static byte[][] list(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
