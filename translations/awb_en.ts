<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Canvas</name>
    <message numerus="yes">
        <location filename="../ui/canvas/block_item.cpp" line="179"/>
        <source>%n head(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::CanvasView</name>
    <message numerus="yes">
        <location filename="../ui/canvas/canvas_view.cpp" line="227"/>
        <source>Remove %n module(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::ChartDeck</name>
    <message numerus="yes">
        <location filename="../ui/plots/deck_curves.cpp" line="140"/>
        <source>%1, %n modules, light (low layers) to dark</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::HeatmapChart</name>
    <message numerus="yes">
        <location filename="../ui/plots/heatmap_chart.cpp" line="297"/>
        <source>%1: %n module(s); at step %2: %3</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::LineChart</name>
    <message numerus="yes">
        <location filename="../ui/plots/line_chart.cpp" line="241"/>
        <source>%n value(s) ≤ 0 not shown</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../ui/plots/line_chart.cpp" line="243"/>
        <source>%n value(s) not finite</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>awb::ui::StatusLine</name>
    <message numerus="yes">
        <location filename="../ui/status_line.cpp" line="134"/>
        <source>%n thread(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
</TS>
