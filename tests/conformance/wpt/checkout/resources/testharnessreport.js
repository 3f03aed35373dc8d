// Whoever runs the tests adds listeners here.
