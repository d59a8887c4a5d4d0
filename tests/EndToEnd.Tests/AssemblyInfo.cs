// Servers, browsers and killed processes share two cores: one after the other keeps each of them what a user would see.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
