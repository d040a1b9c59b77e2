#pragma once

namespace awb {

/// Sets how many threads the calling thread's tensor operations use (0: one a core). Where OpenBLAS has a
/// pool of its own, which serves the whole process, that pool gets them and LibTorch's runs alone; while a
/// training holds the pool (TrainingThreads), it stays as it is. Returns the number in force.
int setTorchThreads(int threads);

/// The threads of one training while it lives: nobody else changes their number, on which the rounding of
/// its products depends. One at a time in a process.
class TrainingThreads {
public:
    explicit TrainingThreads(int threads);
    ~TrainingThreads();
    TrainingThreads(const TrainingThreads&) = delete;
    TrainingThreads& operator=(const TrainingThreads&) = delete;

    int count() const { return m_count; }

private:
    int m_count;
};

} // namespace awb
