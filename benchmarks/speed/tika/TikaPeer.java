import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.BodyContentHandler;

/**
 * Apache Tika as a warm peer: {@code passes FOLDER N} times N passes over a folder by itself, without any network;
 * {@code serve} answers each PUT with the text of its body, as Tika's own server does, on loopback.
 */
public final class TikaPeer {
    /** Begins our lines: the libraries write to standard output too. */
    private static final String MARK = "> ";

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final AutoDetectParser parser;

    private TikaPeer(Path config) throws Exception {
        parser = new AutoDetectParser(new TikaConfig(config));
    }

    public static void main(String[] args) throws Exception {
        TikaPeer peer = new TikaPeer(Path.of(args[0]));
        switch (args[1]) {
            case "passes" -> peer.passes(Path.of(args[2]), Integer.parseInt(args[3]));
            case "serve" -> peer.serve(Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /**
     * One line a pass: seconds of the processor in all threads of this process, and characters of text; a line of
     * standard input starts each.
     */
    private void passes(Path folder, int number) throws Exception {
        List<byte[]> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.sorted().map(TikaPeer::bytes).collect(Collectors.toList());
        }
        for (int pass = 0; pass < number && System.in.read() >= 0; pass++) {
            long characters = 0;
            long began = SYSTEM.getProcessCpuTime();
            for (byte[] file : files) {
                characters += text(new java.io.ByteArrayInputStream(file)).length();
            }
            System.out.println(MARK + (SYSTEM.getProcessCpuTime() - began) / 1e9 + " " + characters);
        }
    }

    private void serve(int threads) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(threads));
        server.start();
        System.out.println(MARK + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] text;
        int status = 200;
        try (InputStream body = exchange.getRequestBody()) {
            text = text(body).getBytes(StandardCharsets.UTF_8);
        } catch (Exception failed) {
            text = failed.toString().getBytes(StandardCharsets.UTF_8);
            status = 422;
        }
        exchange.sendResponseHeaders(status, text.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(text);
        }
    }

    private String text(InputStream file) throws Exception {
        BodyContentHandler handler = new BodyContentHandler(-1);
        ParseContext context = new ParseContext();
        context.set(Parser.class, parser);
        parser.parse(file, handler, new Metadata(), context);
        return handler.toString();
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
