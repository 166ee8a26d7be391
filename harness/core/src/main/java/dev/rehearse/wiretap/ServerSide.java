package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.MessageFramer.Interest;
import dev.rehearse.wiretap.protocol.MessageFramer.ProtocolViolationException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What the server says, and how much of it matters to the {@link Conversation}. */
final class ServerSide extends Side {

    /** A longer one is passed on unread. */
    static final int LONGEST_HELD_NOTICE = 1 << 20;

    private static final int LONGEST_REPORT = 1 << 16;

    private final Conversation conversation;
    private long rows;

    ServerSide(Conversation conversation, Wiretap tap) {
        super(tap.clock());
        this.conversation = conversation;
    }

    @Override
    public Interest interest(byte type, int bodyLength) throws ProtocolViolationException {
        if (conversation.awaitsFirstByte() && isAnswer(type)) {
            conversation.answerBegins();
        }
        if (type == 'D') {
            rows++;
        }
        return switch (type) {
            case 'N' -> bodyLength <= LONGEST_HELD_NOTICE ? new Interest(bodyLength, true) : Interest.NONE;
            case 'E' -> Interest.first(LONGEST_REPORT);
            case 'C', 'K', 'R', 'S', 'Z' -> Interest.first(256);
            case 'v', '1', '2', '3', 'A', 'D', 'G', 'H', 'I', 'T', 'V', 'W', 'c', 'd', 'n', 's', 't' -> Interest.NONE;
            default -> throw new ProtocolViolationException(type, bodyLength + 4);
        };
    }

    /** How many rows it has sent. */
    long rows() {
        return rows;
    }

    /** Whether a message belongs to a result: a row, a count, an error, the beginning of a COPY. */
    private static boolean isAnswer(byte type) {
        return switch (type) {
            case 'D', 'C', 'E', 'I', 's', 'G', 'H', 'W', 'V' -> true;
            default -> false;
        };
    }

    @Override
    public boolean message(byte type, ByteBuffer head, int bodyLength) throws IOException {
        return type == 'D' || conversation.serverSent(type, head, bodyLength);
    }

    @Override
    public boolean mayHold(byte type) {
        return type == 'N';
    }
}
