package dev.rehearse.data.plausible;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Short lists of plain words, all ASCII, none with a character that COPY escapes. */
public final class Words {

    public static final byte[][] STATES = list("active new open pending closed done failed paused");
    public static final byte[][] PLAIN = list(
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

    public static byte[] pick(byte[][] words, long bits) {
        return words[(int) Mix.below(bits, words.length)];
    }

    /** Appends so many plain words. */
    public static void write(long bits, int count, int separator, CopyBuffer out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(separator);
            }
            out.put(pick(PLAIN, Mix.at(bits, i)));
        }
    }

    private static byte[][] list(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
