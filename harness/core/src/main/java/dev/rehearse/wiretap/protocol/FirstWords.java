package dev.rehearse.wiretap.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to a startup message, up to its first demand or refusal.
 *
 * @param bytes for the client
 * @param refusal SQLSTATE of the refusal; null where there is none
 */
public record FirstWords(byte[] bytes, @Nullable String refusal) {

    public static final FirstWords NONE = new FirstWords(new byte[0], null);

    private static final int LONGEST = 1 << 16;
    private static final int AUTHENTICATION_SASL = 10;
    private static final String CHANNEL_BINDING = "-PLUS";
    private static final String INVALID_AUTHORIZATION = "28000";

    /** Whether it may be that others are let in over TLS: the server has no rule for who comes like this. */
    public boolean mayDemandTls() {
        return INVALID_AUTHORIZATION.equals(refusal);
    }

    /**
     * @param overTls whether the server thinks that the client speaks TLS. The client does not, so it cannot bind its authentication to the
     *     channel, and takes the offer for an attack.
     */
    public static FirstWords read(InputStream in, boolean overTls) throws IOException {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        while (true) {
            byte[] header = in.readNBytes(5);
            int length = header.length < 5 ? 0 : ByteBuffer.wrap(header).getInt(1) - 4;
            if (header.length < 5 || length < 0 || length > LONGEST) {
                words.writeBytes(header);
                return new FirstWords(words.toByteArray(), null);
            }
            byte[] body = in.readNBytes(length);
            if (header[0] == 'R' && overTls && body.length == length) {
                body = withoutChannelBinding(body);
                ByteBuffer.wrap(header).putInt(1, body.length + 4);
            }
            words.writeBytes(header);
            words.writeBytes(body);
            // NegotiateProtocolVersion comes before the demand.
            if (header[0] != 'v') {
                String refusal = header[0] == 'E'
                        ? Fields.ofReport(ByteBuffer.wrap(body), StandardCharsets.US_ASCII)
                                .get('C')
                        : null;
                return new FirstWords(words.toByteArray(), refusal);
            }
        }
    }

    private static byte[] withoutChannelBinding(byte[] body) {
        ByteBuffer demand = ByteBuffer.wrap(body);
        if (body.length < 4 || demand.getInt() != AUTHENTICATION_SASL) {
            return body;
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        kept.write(body, 0, 4);
        while (demand.hasRemaining()) {
            String mechanism = Fields.cString(demand);
            if (!mechanism.endsWith(CHANNEL_BINDING)) {
                kept.writeBytes(mechanism.getBytes(StandardCharsets.US_ASCII));
                kept.write(0);
            }
        }
        return kept.toByteArray();
    }
}
