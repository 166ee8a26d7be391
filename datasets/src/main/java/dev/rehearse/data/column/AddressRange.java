package dev.rehearse.data.column;

import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import org.jspecify.annotations.Nullable;

/** Ranges of addresses of machines, as pools of them are. Stateless. */
public final class AddressRange {

    private static final int HIGHEST = 255;

    private AddressRange() {}

    /** The last addresses of ranges whose first ones are known, each in the same network of 256; of another form the same. */
    public static Values last(Values first, long seed) {
        return (row, out) -> {
            @Nullable String begin = LiteralValues.text(first, row);
            if (begin == null) {
                out.putNull();
                return;
            }
            int dot = begin.lastIndexOf('.');
            if (dot < 0 || !begin.substring(dot + 1).matches("\\d{1,3}")) {
                out.putText(begin);
                return;
            }
            int low = Integer.parseInt(begin.substring(dot + 1));
            out.putText(begin.substring(0, dot + 1) + (low + Mix.below(Mix.at(seed, row), HIGHEST + 1L - low)));
        };
    }
}
