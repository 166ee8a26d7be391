package dev.rehearse.wiretap.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value that was bound to a statement.
 *
 * @param value null for NULL; text as it was sent, binary in hexadecimal; cut after {@value #LONGEST} characters
 * @param binary whether it was sent in the binary format of its type
 * @param cut whether there was more of it
 */
public record Parameter(@Nullable String value, boolean binary, boolean cut) {

    static final int LONGEST = 1_000;

    /** More than the protocol allows; a message that claims more is cut anyway. */
    private static final int MOST = 65_535;

    /**
     * The values of a Bind message whose portal and statement have been read.
     *
     * @param body the rest of the message
     * @param cut whether it has been cut: values that are not there are cut, too
     */
    public static List<Parameter> ofBind(ByteBuffer body, Charset charset, boolean cut) {
        List<Parameter> values = new ArrayList<>();
        boolean[] binary = new boolean[number(body)];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = number(body) == 1;
        }
        int count = number(body);
        for (int i = 0; i < count && (cut || body.remaining() >= 4); i++) {
            boolean isBinary = binary.length == 1 ? binary[0] : i < binary.length && binary[i];
            values.add(body.remaining() < 4 ? new Parameter("", isBinary, true) : read(body, isBinary, charset));
        }
        return values;
    }

    private static Parameter read(ByteBuffer body, boolean binary, Charset charset) {
        int length = body.getInt();
        if (length < 0) {
            return new Parameter(null, binary, false);
        }
        int there = Math.min(length, body.remaining());
        int kept = Math.min(there, binary ? LONGEST / 2 : LONGEST);
        byte[] bytes = new byte[kept];
        body.get(bytes);
        body.position(body.position() + there - kept);
        String value = binary ? HexFormat.of().formatHex(bytes) : new String(bytes, charset);
        return new Parameter(value, binary, kept < length);
    }

    private static int number(ByteBuffer body) {
        return body.remaining() < 2 ? 0 : Math.min(MOST, Short.toUnsignedInt(body.getShort()));
    }
}
