package ketluan.shim;

import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * Test only. The Elasticsearch build of Maven Central has no `analysis-common` module; this registers what the
 * project's templates name (and what `.security` needs), under the standard names, from Lucene's own classes.
 * Only the reading of the options is ours; a full Elasticsearch does without this plugin.
 */
public class AnalysisShimPlugin extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of("mapping", charFilter(settings -> {
            NormalizeCharMap map = rules(settings.getAsList("mappings"));
            return reader -> new MappingCharFilter(map, reader);
        }));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        Map<String, AnalysisProvider<TokenizerFactory>> known = new TreeMap<>();
        known.put("keyword", tokenizer(settings -> KeywordTokenizer::new));
        known.put("whitespace", tokenizer(settings -> WhitespaceTokenizer::new));
        known.put("uax_url_email", tokenizer(settings -> UAX29URLEmailTokenizer::new));
        known.put("pattern", tokenizer(settings -> {
            Pattern pattern = Pattern.compile(settings.get("pattern", "\\W+"));
            int group = settings.getAsInt("group", -1);
            return () -> new PatternTokenizer(pattern, group);
        }));
        return known;
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> known = new TreeMap<>();
        known.put("asciifolding", filter(settings -> {
            boolean keep = settings.getAsBoolean("preserve_original", false);
            return stream -> new ASCIIFoldingFilter(stream, keep);
        }));
        known.put("edge_ngram", filter(settings -> {
            int min = settings.getAsInt("min_gram", 1);
            int max = settings.getAsInt("max_gram", 2);
            boolean keep = settings.getAsBoolean("preserve_original", false);
            return stream -> new EdgeNGramTokenFilter(stream, min, max, keep);
        }));
        known.put("pattern_capture", filter(settings -> {
            boolean keep = settings.getAsBoolean("preserve_original", true);
            Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
            return stream -> new PatternCaptureGroupTokenFilter(stream, keep, patterns);
        }));
        return known;
    }

    @Override
    public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
        return List.of(
            PreConfiguredTokenizer.singleton("keyword", KeywordTokenizer::new),
            PreConfiguredTokenizer.singleton("whitespace", WhitespaceTokenizer::new),
            PreConfiguredTokenizer.singleton("uax_url_email", UAX29URLEmailTokenizer::new)
        );
    }

    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(
            PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new),
            // For `.security` only. The real filter also drops words seen earlier at another place.
            PreConfiguredTokenFilter.singleton("unique", false, RemoveDuplicatesTokenFilter::new)
        );
    }

    /** Rules of the form `a => b`, as the mapping character filter documents them (without its escapes). */
    private static NormalizeCharMap rules(List<String> lines) {
        Pattern form = Pattern.compile("(.*)\\s*=>\\s*(.*)\\s*$");
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String line : lines) {
            Matcher rule = form.matcher(line);
            if (rule.find() == false) {
                throw new IllegalArgumentException("Invalid Mapping Rule : [" + line + "]");
            }
            map.add(rule.group(1).trim(), rule.group(2).trim());
        }
        return map.build();
    }

    private static AnalysisProvider<CharFilterFactory> charFilter(Function<Settings, Function<Reader, Reader>> made) {
        return AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) -> {
            Function<Reader, Reader> wrap = made.apply(settings);
            return new MadeCharFilter(name, wrap);
        });
    }

    private static AnalysisProvider<TokenizerFactory> tokenizer(Function<Settings, Supplier<Tokenizer>> made) {
        return AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) ->
            TokenizerFactory.newFactory(name, made.apply(settings)));
    }

    private static AnalysisProvider<TokenFilterFactory> filter(Function<Settings, Function<TokenStream, TokenStream>> made) {
        return AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) ->
            new MadeTokenFilter(name, settings, made.apply(settings)));
    }

    private static final class MadeCharFilter extends AbstractCharFilterFactory implements NormalizingCharFilterFactory {
        private final Function<Reader, Reader> wrap;

        MadeCharFilter(String name, Function<Reader, Reader> wrap) {
            super(name);
            this.wrap = wrap;
        }

        @Override
        public Reader create(Reader reader) {
            return wrap.apply(reader);
        }
    }

    private static final class MadeTokenFilter extends AbstractTokenFilterFactory implements NormalizingTokenFilterFactory {
        private final Function<TokenStream, TokenStream> wrap;

        MadeTokenFilter(String name, Settings settings, Function<TokenStream, TokenStream> wrap) {
            super(name, settings);
            this.wrap = wrap;
        }

        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }
    }
}
