<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Canvas</name>
    <message numerus="yes">
        <location filename="../ui/canvas/block_item.cpp" line="185"/>
        <source>%n head(s)</source>
        <translation>
            <numerusform>%n head</numerusform>
            <numerusform>%n heads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Composition</name>
    <message numerus="yes">
        <location filename="../ui/design/composition_painter.cpp"/>
        <source>%n heads</source>
        <translation>
            <numerusform>%n head</numerusform>
            <numerusform>%n heads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/design/composition_notes.cpp"/>
        <source>%n output(s), each with a head of its own: %1.</source>
        <translation>
            <numerusform>%n output with a head of its own: %1.</numerusform>
            <numerusform>%n outputs, each with a head of its own: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/design/composition_words.cpp"/>
        <source>%n text(s)</source>
        <translation>
            <numerusform>%n text</numerusform>
            <numerusform>%n texts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::CanvasView</name>
    <message numerus="yes">
        <location filename="../ui/canvas/canvas_view.cpp" line="132"/>
        <source>Remove %n module(s)</source>
        <translation>
            <numerusform>Remove %n module</numerusform>
            <numerusform>Remove %n modules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::ChartDeck</name>
    <message numerus="yes">
        <location filename="../ui/plots/deck_curves.cpp" line="146"/>
        <source>%1, %n modules, light (low layers) to dark</source>
        <translation>
            <numerusform>%1, %n module, light (low layers) to dark</numerusform>
            <numerusform>%1, %n modules, light (low layers) to dark</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::HeatmapChart</name>
    <message numerus="yes">
        <location filename="../ui/plots/heatmap_chart.cpp" line="314"/>
        <source>%1: %n module(s); at step %2: %3</source>
        <translation>
            <numerusform>%1: %n module; at step %2: %3</numerusform>
            <numerusform>%1: %n modules; at step %2: %3</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::LineChart</name>
    <message numerus="yes">
        <location filename="../ui/plots/line_chart.cpp" line="258"/>
        <source>%n value(s) ≤ 0 not shown</source>
        <translation>
            <numerusform>%n value ≤ 0 not shown</numerusform>
            <numerusform>%n values ≤ 0 not shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/plots/line_chart.cpp" line="261"/>
        <source>%n value(s) not finite</source>
        <translation>
            <numerusform>%n value not finite</numerusform>
            <numerusform>%n values not finite</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::RunsPage</name>
    <message numerus="yes">
        <location filename="../ui/runs/runs_page_edits.cpp" line="30"/>
        <source>Delete %n run(s)</source>
        <translation>
            <numerusform>Delete %n run</numerusform>
            <numerusform>Delete %n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/runs/runs_page_edits.cpp" line="280"/>
        <source>%n run(s) hidden.</source>
        <translation>
            <numerusform>%n run hidden.</numerusform>
            <numerusform>%n runs hidden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/runs/runs_page_edits.cpp" line="314"/>
        <source>%n run(s) deleted</source>
        <translation>
            <numerusform>%n run deleted</numerusform>
            <numerusform>%n runs deleted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::StatusLine</name>
    <message numerus="yes">
        <location filename="../ui/status_line.cpp" line="113"/>
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::FusionPage</name>
    <message numerus="yes">
        <location filename="../ui/fusion/fusion_page_data.cpp"/>
        <source>%n example(s) of %1, drawn with seed %2</source>
        <translation>
            <numerusform>%n example of %1, drawn with seed %2</numerusform>
            <numerusform>%n examples of %1, drawn with seed %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/fusion/fusion_page_data.cpp"/>
        <source>every %n step(s)</source>
        <translation>
            <numerusform>at every step</numerusform>
            <numerusform>every %n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::AnswerColumn</name>
    <message numerus="yes">
        <location filename="../ui/playground/answer_column_text.cpp"/>
        <source>The text is longer than the model&apos;s %1 tokens: %n token(s) at its end are cut off.</source>
        <translation>
            <numerusform>The text is longer than the model&apos;s %1 tokens: the last token is cut off.</numerusform>
            <numerusform>The text is longer than the model&apos;s %1 tokens: %n tokens at its end are cut off.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/answer_column_text.cpp"/>
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::BatchView</name>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>Computing %n text(s) …</source>
        <translation>
            <numerusform>Computing %n text …</numerusform>
            <numerusform>Computing %n texts …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n text(s)</source>
        <translation>
            <numerusform>%n text</numerusform>
            <numerusform>%n texts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n pass(es)</source>
        <translation>
            <numerusform>%n pass</numerusform>
            <numerusform>%n passes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n hit</numerusform>
            <numerusform>%n hits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n miss(es)</source>
        <translation>
            <numerusform>%n miss</numerusform>
            <numerusform>%n misses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n eviction(s)</source>
        <translation>
            <numerusform>%n eviction</numerusform>
            <numerusform>%n evictions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/batch_view.cpp"/>
        <source>%n token(s) cut off</source>
        <translation>
            <numerusform>%n token cut off</numerusform>
            <numerusform>%n tokens cut off</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::ErrorsView</name>
    <message numerus="yes">
        <location filename="../ui/playground/errors_view_data.cpp"/>
        <source>%n example(s): right %1, predicted %2. Escape in the matrix shows all.</source>
        <translation>
            <numerusform>%n example: right %1, predicted %2. Escape in the matrix shows all.</numerusform>
            <numerusform>%n examples: right %1, predicted %2. Escape in the matrix shows all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/playground/errors_view_data.cpp"/>
        <source>The %n example(s) with the highest loss</source>
        <translation>
            <numerusform>The example with the highest loss</numerusform>
            <numerusform>The %n examples with the highest loss</numerusform>
        </translation>
    </message>
</context>
</TS>
