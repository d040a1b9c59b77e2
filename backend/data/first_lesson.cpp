#include "backend/data/first_lesson.h"

#include <utility>

namespace awb {

namespace {

// One sentence a line: split, topic, sentence, with tabs between them.
constexpr std::string_view kSentences = R"TSV(train	weather	The rain stopped just before noon.
train	food	She stirred the soup and added a little salt.
train	travel	The train to the coast leaves from platform four.
train	music	The violinist tuned her instrument backstage.
train	weather	A cold wind is blowing from the north.
train	food	The bread was still warm from the oven.
train	travel	We missed our connection in Vienna.
train	music	He practises the same scales every morning.
train	weather	Thick fog covered the harbour this morning.
train	food	We shared a plate of olives and cheese.
train	travel	Her suitcase was too heavy for the overhead rack.
train	music	The choir sang without any accompaniment.
train	weather	It has not snowed here for three winters.
train	food	He burned the onions and had to start again.
train	travel	The hotel is five minutes from the station.
train	music	A drum roll announced the next number.
validation	weather	The sun came out as soon as the storm had passed.
validation	food	My grandmother's apple pie has a secret spice.
validation	travel	They crossed the border just after midnight.
validation	music	She wrote the melody before the words.
test	weather	Tomorrow will be cloudy with a few showers.
test	food	The noodles need about eight minutes to cook.
test	travel	I forgot to renew my passport.
test	music	The pianist played the encore from memory.
train	weather	Lightning struck the old oak on the hill.
train	food	I prefer my coffee without sugar.
train	travel	The ferry takes cars as well as passengers.
train	music	My brother plays bass in a small jazz band.
train	weather	The puddles in the street froze overnight.
train	food	They grilled the fish over charcoal.
train	travel	Our flight was delayed by two hours.
train	music	The trumpets came in a bar too early.
train	weather	We have not had a drop of rain since June.
train	food	The curry was so hot that my eyes watered.
train	travel	He travels light, with one small rucksack.
train	music	The audience clapped along to the chorus.
train	weather	A warm breeze moved the curtains.
train	food	Peel the potatoes and cut them into thin slices.
train	travel	The map was out of date, so we lost our way.
train	music	We listened to the whole album in the dark.
validation	weather	The sky turned grey and then almost black.
validation	food	A ripe mango hardly needs a knife.
validation	travel	We booked a room with a view of the bay.
validation	music	The conductor raised his baton and the hall fell silent.
test	weather	Hail as big as peas bounced off the roof.
test	food	The cake sank in the middle.
test	travel	The bus winds through three mountain villages.
test	music	The old guitar needs a new set of strings.
train	weather	It was too hot to sit outside at midday.
train	food	We had porridge with honey for breakfast.
train	travel	A guide showed us around the ruins.
train	music	The opera lasted nearly four hours.
train	weather	The forecast promises clear skies for the weekend.
train	food	The waiter recommended the mushroom risotto.
train	travel	She sent a postcard from every city.
train	music	She hummed a tune while she worked.
train	weather	Frost had drawn white flowers on the window.
train	food	Knead the dough until it no longer sticks.
train	travel	The airport was full of tired families.
train	music	The second movement is slow and quiet.
train	weather	The thunder rolled on for most of the night.
train	food	There is some leftover stew in the fridge.
train	travel	We hired bicycles and rode along the canal.
train	music	The singer could not reach the highest note.
validation	weather	A rainbow stood over the wet fields.
validation	food	The salad was dressed with lemon and olive oil.
validation	travel	The customs officer opened both of our bags.
validation	music	They recorded the song in a single take.
test	weather	By evening the clouds had broken up.
test	food	He put too much garlic in the sauce.
test	travel	The night train has beds and a small washroom.
test	music	The organ filled the church with sound.
train	weather	The temperature fell ten degrees in an hour.
train	food	Fresh basil makes all the difference.
train	travel	Tickets are cheaper if you buy them a month ahead.
train	music	He learned to read notes before he could write.
train	weather	Spring is late this year and the nights are still icy.
train	food	The children ate their pancakes with jam.
train	travel	They spent a week walking from hut to hut.
train	music	The band rehearses in a garage on Tuesdays.
train	weather	The gale tore tiles from several houses.
train	food	Boil the eggs for six minutes if you like them soft.
train	travel	The taxi driver knew a short cut to the museum.
train	music	A cello and a flute make an unusual duet.
train	weather	Drizzle hung in the air all afternoon.
train	food	The steak was tough but the chips were perfect.
train	travel	Our plane landed smoothly on the short runway.
train	music	The rhythm was too fast for the dancers.
validation	weather	The snow was so deep that the gate would not open.
validation	food	She sprinkled grated cheese over the pasta.
validation	travel	He asked the conductor where to change trains.
validation	music	The record has a scratch in the last track.
test	weather	After the heat wave everyone was glad of the rain.
test	food	Leave the beans to soak overnight.
test	travel	The campsite lies between the forest and the beach.
test	music	The concert ended with a famous waltz.
train	weather	The mist lifted slowly from the valley.
train	food	The chocolate melted in my pocket.
train	travel	We drove for nine hours with only one stop.
train	music	She sings alto in the school choir.
train	weather	It looks like snow, so take your gloves.
train	food	We ordered two pizzas and a bottle of water.
train	travel	The tour of the castle starts at the main gate.
train	music	The drummer lost one of his sticks on stage.
train	weather	The dry spell has turned the lawns brown.
train	food	The butter should be soft before you mix it with the flour.
train	travel	She lost her boarding pass at the gate.
train	music	The composer finished his ninth symphony in old age.
train	weather	Dark clouds are gathering over the sea.
train	food	I made a sandwich with ham and mustard.
train	travel	The road to the pass is closed to caravans.
train	music	The piano in the hall is slightly out of tune.
validation	weather	The morning was bright but bitterly cold.
validation	food	The tea had gone cold, so he made a fresh pot.
validation	travel	I always take a window seat.
validation	music	We could hear a saxophone from the open window.
test	weather	A sudden gust turned her umbrella inside out.
test	food	Roast the pumpkin until its edges turn brown.
test	travel	The hostel was clean, cheap and noisy.
test	music	The song has three verses and a long refrain.
train	weather	The river rose after two days of heavy rain.
train	food	The bakery sells out of rolls by nine.
train	travel	They sailed around the island in a day.
train	music	The orchestra tuned to the note of the oboe.
train	weather	It is mild for the time of year.
train	food	This recipe calls for three cups of rice.
train	travel	The visa took three weeks to arrive.
train	music	He plays the accordion at village weddings.
train	weather	The wind dropped and the lake became as smooth as glass.
train	food	The strawberries were small but very sweet.
train	travel	We walked from the harbour to the old town.
train	music	The fans knew every word of the ballad.
train	weather	Sleet made the roads slippery before dawn.
train	food	He never eats dessert, except for ice cream.
train	travel	The coach stops at the border for half an hour.
train	music	The quartet played two pieces by Haydn.
validation	weather	We could see our breath in the freezing air.
validation	food	The lentils thickened the broth.
validation	travel	He had his wallet stolen in the underground.
validation	music	Her voice is deep and a little hoarse.
test	weather	The summer was the wettest in living memory.
test	food	She picked the bones out of the trout.
test	travel	The guidebook praises the view from the tower.
test	music	The key changes from minor to major at the end.
train	weather	Sunshine and showers took turns all day.
train	food	Add the milk slowly so that no lumps form.
train	travel	Our luggage arrived a day after we did.
train	music	The festival opened with a brass band.
train	weather	The blizzard closed every road in the county.
train	food	The menu changes with the vegetables in season.
train	travel	The cable car carries forty people to the summit.
train	music	The lullaby sent the baby to sleep.
train	weather	The air felt heavy, as it does before a thunderstorm.
train	food	A pinch of cinnamon improves the plums.
train	travel	She plans to cross the continent by rail.
train	music	The new single went straight to number one.
train	weather	There was not a cloud to be seen.
train	food	The yoghurt is past its date but tastes fine.
train	travel	Passengers are asked to keep their bags with them.
train	music	She taught herself to play the harp.
validation	weather	The icicles along the gutter began to drip.
validation	food	They fried the dumplings on both sides.
validation	travel	We checked out before sunrise to catch the first boat.
validation	music	The clarinet repeats the theme an octave lower.
test	weather	A light frost is expected in the hills.
test	food	The cucumber and mint cooled the spicy dish.
test	travel	The tram goes from the airport to the market square.
test	music	The soloist bowed and left the stage.
train	weather	The hurricane weakened once it reached land.
train	food	We baked biscuits shaped like stars.
train	travel	He spent his holiday exploring the fjords.
train	music	They danced to records from the fifties.
train	weather	It rained so hard that we could not see the road.
train	food	The cheese was too ripe for my taste.
train	travel	The last bus back to the village leaves at ten.
train	music	The beat of the drums carried across the square.
train	weather	The barometer has been falling since breakfast.
train	food	He seasoned the chicken with thyme and pepper.
train	travel	A stamp in the passport reminded her of that journey.
train	music	He whistled the opening bars of the overture.
train	weather	An early thaw melted the last of the snow.
train	food	The omelette fell apart in the pan.
train	travel	The motorway was blocked, so we took the old road.
train	music	The mandolin has eight strings in four pairs.
validation	weather	The heat shimmered above the road.
validation	food	Someone ate the last slice of toast.
validation	travel	They stayed with friends in Lisbon for a month.
validation	music	The band broke up after its third album.
test	weather	Strong winds are forecast along the coast.
test	food	The cook tasted the gravy and nodded.
test	travel	The crossing was rough, and the ship arrived late.
test	music	The chords are simple, but the timing is difficult.
train	weather	The night was clear and full of stars, with a hard frost.
train	food	Chop the walnuts and fold them into the batter.
train	travel	The travel agent found us a cheaper route.
train	music	A string snapped in the middle of the sonata.
train	weather	The fog was so dense that I could not see across the street.
train	food	The lemonade was sour enough to make us shiver.
train	travel	We changed money at the border.
train	music	The singer thanked the crowd and began another song.
train	weather	A few flakes of snow drifted down and melted.
train	food	She carved the roast at the table.
train	travel	The caravan broke down on the way to Spain.
train	music	The music teacher lent me a metronome.
train	weather	The sun set behind a bank of purple clouds.
train	food	Breakfast was yoghurt, berries and a boiled egg.
train	travel	Hikers can leave their bags at the station.
train	music	The soprano was ill, so her understudy sang.
validation	weather	It has been humid and still all week.
validation	food	The sauce is thickened with a spoonful of flour.
validation	travel	The captain announced that we were about to land.
validation	music	The fiddler played faster and faster.
test	weather	The storm moved out to sea during the night.
test	food	Our neighbour gave us a jar of pickled beetroot.
test	travel	She followed the pilgrim path for two weeks.
test	music	The playlist moves from folk to hip hop.
train	weather	The ground was white with hailstones.
train	food	The tomatoes from the garden taste of summer.
train	travel	The hotel had given our room to someone else.
train	music	The headphones let me hear every instrument.
train	weather	A dry east wind chapped our faces.
train	food	He dipped the bread into the oil.
train	travel	We explored the city on foot and by tram.
train	music	The march was written for a royal wedding.
train	weather	The monsoon arrived a fortnight early.
train	food	The pudding needs another half hour in the oven.
train	travel	The island has no airport, only a small pier.
train	music	She turned the pages for the pianist.
train	weather	The day began foggy and ended in bright sunshine.
train	food	I bought carrots, leeks and a cabbage for the soup.
train	travel	He packed his bags the evening before the trip.
train	music	The tenor forgot the words of the second verse.
validation	weather	Rain drummed on the tin roof until dawn.
validation	food	The crust was crisp and the filling was creamy.
validation	travel	The journey home took longer than expected.
validation	music	The bells played a hymn at six o'clock.
test	weather	The cold snap should end by Thursday.
test	food	A bowl of hot broth was waiting in the kitchen.
test	travel	There were no seats left on the express.
test	music	We bought tickets for the chamber concert.
)TSV";

} // namespace

std::string_view firstLessonText() {
    return kSentences;
}

Dataset firstLessonDataset() {
    Dataset dataset;
    dataset.name = "builtin:first-lesson";
    dataset.labels = {"weather", "food", "travel", "music"};
    for (const char* name : {"train", "validation", "test"}) {
        dataset.splits.push_back({.name = name, .examples = {}});
    }
    std::string_view rest = kSentences;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        const std::size_t first = line.find('\t');
        const std::size_t second = line.find('\t', first + 1);
        const std::string_view topic = line.substr(first + 1, second - first - 1);
        int label = 0;
        while (dataset.labels[static_cast<std::size_t>(label)] != topic) {
            ++label;
        }
        for (Split& split : dataset.splits) {
            if (split.name == line.substr(0, first)) {
                Example& example = split.examples.emplace_back();
                example.text = line.substr(second + 1);
                example.label = label;
                ++split.rowsRead;
            }
        }
    }
    return dataset;
}

} // namespace awb
