#include <memory>

#include <QTest>

#include "backend/playground/lru_cache.h"

using namespace awb;

/// What goes out of a cache, and when.
class TestLruCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oldestGoesFirst();
    void useMakesNew();
    void makesRoomBeforeLoading();
    void shrinks();
    void holdsAtLeastOne();
};

void TestLruCache::oldestGoesFirst() {
    LruCache<int, int> cache(2);
    QVERIFY(cache.find(1) == nullptr);
    cache.insert(1, 10);
    cache.insert(2, 20);
    cache.insert(3, 30);
    QCOMPARE(cache.keys(), (std::vector<int>{3, 2}));
    QVERIFY(cache.find(1) == nullptr);
    QCOMPARE(*cache.find(2), 20);
    QCOMPARE(cache.counts(), (CacheCounts{1, 2, 1}));
}

void TestLruCache::useMakesNew() {
    LruCache<int, int> cache(2);
    cache.insert(1, 10);
    cache.insert(2, 20);
    QCOMPARE(*cache.find(1), 10);
    cache.insert(3, 30);
    QCOMPARE(cache.keys(), (std::vector<int>{3, 1}));
    QCOMPARE(cache.sum([](int value) { return value; }), 40);
}

void TestLruCache::makesRoomBeforeLoading() {
    LruCache<int, std::shared_ptr<int>> cache(1);
    const std::weak_ptr<int> first = cache.insert(1, std::make_shared<int>(10));
    QVERIFY(!first.expired());
    cache.makeRoom();
    QVERIFY(first.expired());
    QCOMPARE(cache.counts().evictions, 1);
    cache.makeRoom();
    QCOMPARE(cache.counts().evictions, 1);
}

void TestLruCache::shrinks() {
    LruCache<int, int> cache(4);
    for (const int key : {1, 2, 3, 4}) {
        cache.insert(key, key);
    }
    cache.setCapacity(2);
    QCOMPARE(cache.keys(), (std::vector<int>{4, 3}));
    QCOMPARE(cache.counts().evictions, 2);
}

void TestLruCache::holdsAtLeastOne() {
    LruCache<int, int> cache(0);
    QCOMPARE(cache.capacity(), std::size_t{1});
    QCOMPARE(cache.insert(7, 70), 70);
}

QTEST_GUILESS_MAIN(TestLruCache)
#include "test_lru_cache.moc"
