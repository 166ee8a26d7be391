package dev.rehearse.wiretap.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the pieces of a message's body. A body may have been cut; whatever is missing reads as empty. */
public final class Fields {

    private Fields() {}

    /** The bytes up to the next zero, or to the end, as UTF-8. */
    public static String cString(ByteBuffer body) {
        return cString(body, StandardCharsets.UTF_8);
    }

    /** The bytes up to the next zero, or to the end. */
    public static String cString(ByteBuffer body, Charset charset) {
        int start = body.position();
        int end = start;
        while (end < body.limit() && body.get(end) != 0) {
            end++;
        }
        String text = new String(body.array(), body.arrayOffset() + start, end - start, charset);
        body.position(Math.min(end + 1, body.limit()));
        return text;
    }

    /** The fields of an ErrorResponse or a NoticeResponse, by their type. */
    public static Map<Character, String> ofReport(ByteBuffer body, Charset charset) {
        Map<Character, String> fields = new HashMap<>();
        while (body.hasRemaining()) {
            byte type = body.get();
            if (type == 0) {
                break;
            }
            fields.put((char) type, cString(body, charset));
        }
        return fields;
    }
}
